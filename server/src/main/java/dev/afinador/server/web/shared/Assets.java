package dev.afinador.server.web.shared;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/// Addresses of style sheets, scripts and fonts. One hash over all of our own files is part of their address, so that
/// browsers may keep them for good and a new release is seen at once; relative addresses between them keep working.
public final class Assets {

    private final String version;
    private final Map<String, String> webjarVersions = new ConcurrentHashMap<>();

    public Assets() {
        this.version = hashOfAll();
    }

    public String version() {
        return version;
    }

    /// @param path below `static/`, e.g. `css/app.css`
    public String url(String path) {
        return "/assets/" + version + "/" + path;
    }

    /// @param path inside the webjar's versioned folder, e.g. `dist/htmx.min.js`
    public String webjar(String artifact, String path) {
        return "/webjars/"
                + artifact
                + "/"
                + webjarVersions.computeIfAbsent(artifact, Assets::webjarVersion)
                + "/"
                + path;
    }

    private static String webjarVersion(String artifact) {
        String pom = "/META-INF/maven/org.webjars.npm/" + artifact + "/pom.properties";
        try (InputStream in = Assets.class.getResourceAsStream(pom)) {
            if (in == null) {
                throw new IllegalStateException("the webjar " + artifact + " is not there");
            }
            var properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("the webjar " + artifact + " cannot be read", e);
        }
    }

    private static String hashOfAll() {
        try {
            Resource[] files =
                    new PathMatchingResourcePatternResolver()
                            .getResources("classpath*:/static/**/*.*");
            Arrays.sort(files, Comparator.comparing(Assets::uri));
            var digest = MessageDigest.getInstance("SHA-256");
            for (Resource file : files) {
                try (InputStream in = file.getInputStream();
                        var out =
                                new DigestOutputStream(
                                        java.io.OutputStream.nullOutputStream(), digest)) {
                    in.transferTo(out);
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (IOException e) {
            throw new UncheckedIOException("the static files cannot be read", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String uri(Resource file) {
        String description = file.getDescription();
        return description.substring(Math.max(0, description.lastIndexOf("static")));
    }
}
