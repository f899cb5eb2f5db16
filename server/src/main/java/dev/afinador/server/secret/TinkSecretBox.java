package dev.afinador.server.secret;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import dev.afinador.provider.Credential;
import dev.afinador.provider.SecretBox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// AES-256-GCM by Tink. The key is 32 bytes in base64, from the environment or from a file that only its owner can read.
public final class TinkSecretBox implements SecretBox {

    private static final int KEY_BYTES = 32;

    private final Aead aead;

    @AccessesPartialKey // the key is ours, kept as plain bytes so that an operator can make and
    // keep it
    private TinkSecretBox(byte[] key) throws GeneralSecurityException {
        AeadConfig.register();
        AesGcmParameters parameters =
                AesGcmParameters.builder()
                        .setKeySizeBytes(KEY_BYTES)
                        .setIvSizeBytes(12)
                        .setTagSizeBytes(16)
                        .setVariant(AesGcmParameters.Variant.NO_PREFIX)
                        .build();
        AesGcmKey aesKey =
                AesGcmKey.builder()
                        .setParameters(parameters)
                        .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
                        .build();
        this.aead =
                KeysetHandle.newBuilder()
                        .addEntry(KeysetHandle.importKey(aesKey).withRandomId().makePrimary())
                        .build()
                        .getPrimitive(RegistryConfiguration.get(), Aead.class);
    }

    /// @param fromEnvironment value of `AFINADOR_SECRET_KEY`, or null
    /// @param file            where the key is kept when it is not in the environment; made with a fresh key if absent
    public static TinkSecretBox open(@Nullable String fromEnvironment, Path file)
            throws IOException {
        String text =
                fromEnvironment != null && !fromEnvironment.isBlank()
                        ? fromEnvironment.strip()
                        : readOrMake(file);
        try {
            byte[] key = Base64.getDecoder().decode(text);
            if (key.length != KEY_BYTES) {
                throw new IllegalArgumentException("wrong length");
            }
            return new TinkSecretBox(key);
        } catch (IllegalArgumentException e) {
            String where = fromEnvironment != null ? "AFINADOR_SECRET_KEY" : file.toString();
            throw new IOException(
                    where
                            + " must hold 32 bytes in base64 (make one with: openssl rand -base64 32)",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IOException("AES-256-GCM is not available on this Java platform", e);
        }
    }

    private static String readOrMake(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            boolean posix =
                    FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
            FileAttribute<?>[] ownerOnly =
                    posix
                            ? new FileAttribute<?>[] {
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------"))
                            }
                            : new FileAttribute<?>[0];
            Path temporary =
                    Files.createTempFile(
                            file.toAbsolutePath().getParent(), "secret", ".tmp", ownerOnly);
            Files.writeString(temporary, Base64.getEncoder().encodeToString(key) + "\n");
            try {
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException e) {
                Files.delete(temporary);
            }
        }
        return Files.readString(file).strip();
    }

    @Override
    public byte[] seal(Credential secret, String boundTo) {
        try {
            return aead.encrypt(
                    secret.reveal().getBytes(StandardCharsets.UTF_8),
                    boundTo.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing failed", e);
        }
    }

    @Override
    public Credential open(byte[] sealed, String boundTo) {
        try {
            byte[] plain = aead.decrypt(sealed, boundTo.getBytes(StandardCharsets.UTF_8));
            return new Credential(new String(plain, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new CannotOpenException("sealed with another key, or damaged", e);
        }
    }
}
