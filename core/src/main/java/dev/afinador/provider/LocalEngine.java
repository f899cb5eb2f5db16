package dev.afinador.provider;

import java.net.URI;
import java.util.Optional;

/// Where the local engine answers at this moment, and with which key.
public interface LocalEngine {

    /// Its base URL: this process's own, or that of a machine that shares the database and was seen lately. Empty while there
    /// is none.
    Optional<URI> baseUrl();

    Credential key();
}
