package dev.afinador.openai;

import dev.afinador.provider.CreateJobRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// AWS Bedrock's endpoint of the protocol, base `https://bedrock-mantle.{region}.api.aws/v1`.
/// See <https://docs.aws.amazon.com/bedrock/latest/userguide/fine-tuning-openai-apis.html>.
final class Bedrock implements Vendor {

    static boolean serves(String host) {
        return host.startsWith("bedrock-mantle.") && host.endsWith(".api.aws");
    }

    @Override
    public @Nullable Objection objectionTo(CreateJobRequest request) {
        return request.suffix() == null
                ? null
                : new Objection("suffix", "Bedrock takes no suffix for fine-tuned models");
    }

    /// Supervised training is asked for by leaving the method out; its settings then stand at the top.
    @Override
    public void putMethod(ObjectNode body, CreateJobRequest request) {
        if (!"supervised".equals(request.method())) {
            Vendor.super.putMethod(body, request);
        } else if (!request.hyperparameters().isEmpty()) {
            CreateBody.putSettings(body.putObject("hyperparameters"), request.hyperparameters());
        }
    }
}
