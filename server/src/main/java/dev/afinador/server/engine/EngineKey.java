package dev.afinador.server.engine;

import dev.afinador.provider.Credential;
import dev.afinador.server.boot.DataFolder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The key of the engine: derived from the installation's secret key where the environment brings one, so that all machines
/// that share a database know it, else random and kept in the data folder.
final class EngineKey {

    private static final String PREFIX = "sk-afinador-";

    private EngineKey() {}

    static Credential of(@Nullable String secretKey, DataFolder data) {
        if (secretKey == null || secretKey.isBlank()) {
            return new Credential(data.keep("engine.key", PREFIX + DataFolder.randomToken()));
        }
        String derived = PREFIX + derive(secretKey.strip());
        data.replace("engine.key", derived); // programs on this machine read it there
        return new Credential(derived);
    }

    private static String derive(String secretKey) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] bytes = mac.doFinal("afinador engine key 1".getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
