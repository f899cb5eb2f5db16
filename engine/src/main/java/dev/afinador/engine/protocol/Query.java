package dev.afinador.engine.protocol;

import dev.afinador.engine.EngineJobStore.MetadataFilter;
import dev.afinador.engine.EngineRefusal;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Parameters of lists.
final class Query {

    private Query() {}

    /// @return 0 to `most`; a client may ask for none, and gets none
    static int limit(HttpServletRequest request, int normal, int most) {
        String text = request.getParameter("limit");
        if (text == null || text.isEmpty()) {
            return normal;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw EngineRefusal.badRequest(
                    "limit", null, "expected an integer from 0 to " + most + " - 'limit'");
        }
        return Math.min(Integer.parseInt(text), most);
    }

    static @Nullable String text(HttpServletRequest request, String name) {
        String text = request.getParameter(name);
        return text == null || text.isEmpty() ? null : text;
    }

    /// `metadata[key]=value`, any number of times; `metadata=null` for jobs that have none. One official client writes its null
    /// as an empty value, so that means the same.
    static MetadataFilter metadata(HttpServletRequest request) {
        String[] whole = request.getParameterValues("metadata");
        Map<String, String> pairs = new LinkedHashMap<>();
        request.getParameterMap()
                .forEach((name, values) -> {
                    if (name.startsWith("metadata[") && name.endsWith("]")) {
                        pairs.put(
                                name.substring("metadata[".length(), name.length() - 1), values[0]);
                    }
                });
        if (whole == null) {
            return pairs.isEmpty()
                    ? new MetadataFilter.Everything()
                    : new MetadataFilter.Pairs(pairs);
        }
        if (!pairs.isEmpty()) {
            throw wrong("'metadata=null' and 'metadata[key]=value' cannot be used together");
        }
        if (whole.length == 1 && (whole[0].isEmpty() || whole[0].equals("null"))) {
            return new MetadataFilter.None();
        }
        throw wrong("expected 'metadata[key]=value' or 'metadata=null'");
    }

    private static EngineRefusal wrong(String message) {
        return EngineRefusal.badRequest("metadata", null, message + " - 'metadata'");
    }
}
