package dev.afinador.provider;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/// A model the provider lists.
///
/// @param shutdownDate when the provider says that it ends; null where it does not say
public record RemoteModel(String id, @Nullable String ownedBy, @Nullable LocalDate shutdownDate) {}
