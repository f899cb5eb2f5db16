package dev.afinador.access;

/// What a principal may do; each role may do all that the ones before it may.
public enum Role {
    VIEWER,
    OPERATOR,
    ADMIN
}
