package dev.afinador.server.web.shared;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A stretch of running text: plain, or an address with a short name.
///
/// @param href null for plain text
public record Piece(String text, @Nullable String href) {

    private static final int SHORT = 48;

    /// Without what ends a sentence rather than an address.
    private static final Pattern ADDRESS =
            Pattern.compile("https://[^\\s<>\"»”]*[^\\s<>\"»”.,;:!?)]");

    /// Text in which addresses can be followed and do not break the line.
    public static List<Piece> of(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return List.of();
        }
        List<Piece> pieces = new ArrayList<>();
        Matcher address = ADDRESS.matcher(text);
        int at = 0;
        while (address.find()) {
            if (address.start() > at) {
                pieces.add(new Piece(text.substring(at, address.start()), null));
            }
            pieces.add(new Piece(brief(address.group()), address.group()));
            at = address.end();
        }
        if (at < text.length()) {
            pieces.add(new Piece(text.substring(at), null));
        }
        return List.copyOf(pieces);
    }

    /// Host and as much of the path as is short.
    private static String brief(String address) {
        String bare = address.replaceFirst("^https://(www\\.)?", "").replaceFirst("[?#].*$", "");
        if (bare.length() <= SHORT) {
            return bare.replaceFirst("/$", "");
        }
        try {
            String host = URI.create(address).getHost();
            return host == null ? bare.substring(0, SHORT) + "…" : host + "/…";
        } catch (IllegalArgumentException e) {
            return bare.substring(0, SHORT) + "…";
        }
    }
}
