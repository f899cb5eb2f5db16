package dev.afinador.openai;

import dev.afinador.provider.CreateJobRequest;
import dev.afinador.provider.Credential;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Azure OpenAI and Microsoft Foundry, base `{endpoint}/openai/v1`.
/// See <https://learn.microsoft.com/azure/ai-foundry/openai/how-to/fine-tuning>.
final class Azure implements Vendor {

    private static final String SUFFIX = "[A-Za-z0-9_-]{1,40}";

    /// Entra tokens are JSON web tokens and go where bearer tokens go; resource keys have a header of their own.
    @Override
    public void authorize(Endpoint endpoint, BiConsumer<String, String> header) {
        Credential key = endpoint.key();
        if (key == null) {
            return;
        }
        String secret = key.reveal().strip();
        if (secret.startsWith("eyJ")) {
            header.accept("Authorization", "Bearer " + secret);
        } else {
            header.accept("api-key", secret);
        }
    }

    /// A suffix is refused rather than bent to fit: a job that was created under another suffix than asked for could not be
    /// recognized by it when its answer was lost.
    @Override
    public @Nullable Objection objectionTo(CreateJobRequest request) {
        return request.suffix() == null || request.suffix().matches(SUFFIX)
                ? null
                : new Objection(
                        "suffix",
                        "Azure takes a suffix of 1 to 40 letters, digits, '-' or '_' only");
    }

    @Override
    public boolean wantsByteOrderMark() {
        return true;
    }
}
