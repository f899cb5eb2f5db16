package dev.afinador.testkit.provider;

/// Whose habits a job follows: names, fields, status codes.
public enum Flavour {
    OPENAI,
    /// Creation answers 201, "auto" is echoed as -1, fields without a value are left out.
    AZURE
}
