package dev.afinador.openai;

import dev.afinador.provider.Credential;
import dev.afinador.provider.Provider;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where calls of one provider go, with which key, through which lanes.
record Endpoint(Provider provider, @Nullable Credential key, Lanes lanes) {

    /// The address of a call. A query that the base URL itself carries (`?api-version=…`, `?custom_llm_provider=…`) goes
    /// along with every call.
    URI uri(String path, Map<String, String> query) {
        URI base = provider.baseUrl();
        String text = base.toString();
        String baseQuery = base.getRawQuery();
        if (baseQuery != null) {
            text = text.substring(0, text.indexOf('?'));
        }
        while (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        String own =
                query.entrySet().stream()
                        .map(e -> encode(e.getKey()) + "=" + encode(e.getValue()))
                        .collect(Collectors.joining("&"));
        String all =
                baseQuery == null || baseQuery.isEmpty()
                        ? own
                        : own.isEmpty() ? baseQuery : baseQuery + "&" + own;
        return URI.create(text + path + (all.isEmpty() ? "" : "?" + all));
    }

    /// Percent-encodes all but unreserved characters and `:`, which model names carry and servers expect raw.
    static String encode(String text) {
        var out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "-._~:".indexOf(c) >= 0;
            if (plain) {
                out.append(c);
            } else {
                out.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            }
        }
        // A segment of dots would be taken for a step in the path.
        return switch (out.toString()) {
            case "." -> "%2E";
            case ".." -> "%2E%2E";
            default -> out.toString();
        };
    }

    @Override
    public String toString() {
        return "Endpoint[" + provider.id() + "]";
    }
}
