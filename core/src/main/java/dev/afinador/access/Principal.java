package dev.afinador.access;

/// Who acts: the name that histories show, and the role.
public record Principal(String name, Role role) implements java.security.Principal {

    @Override
    public String getName() {
        return name;
    }
}
