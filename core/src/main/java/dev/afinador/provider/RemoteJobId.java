package dev.afinador.provider;

/// A job's id at its provider (`ftjob-…` at OpenAI; any text elsewhere).
public record RemoteJobId(String value) {
    public RemoteJobId {
        if (value.isBlank() || value.length() > 512) {
            throw new IllegalArgumentException("a remote job id has 1 to 512 characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
