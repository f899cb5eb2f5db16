package dev.afinador.server.web.providers;

import dev.afinador.server.web.shared.FindingView;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.TimeView;
import dev.afinador.server.web.shared.Tone;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The list of providers.
public record ProvidersView(List<Row> rows) {

    /// @param key   what may be said of the key: its last four characters, its variable, or that there is none
    /// @param state how the link is, in a word; never by colour alone
    public record Row(
            String id,
            String href,
            String name,
            String kind,
            String baseUrl,
            String key,
            Tone tone,
            String state,
            @Nullable TimeView at,
            @Nullable String error,
            String liveJobs) {}

    /// The form of one provider.
    ///
    /// @param id        null for a new one
    /// @param form      as typed
    /// @param keyShown  what is known of the stored key, or null
    /// @param webhookUrl to be given to the vendor; null for a new one
    /// @param probe     what "Probar conexión" found; null when it was not tried
    public record Edit(
            @Nullable String id,
            String title,
            String action,
            Form form,
            Map<String, String> errors,
            List<NoticeView> problem,
            List<Option> kinds,
            List<Preset> presets,
            @Nullable String keyShown,
            boolean webhookStored,
            @Nullable String webhookUrl,
            @Nullable Probe probe,
            boolean deletable) {}

    /// Never carries a key back: keys are typed again or left as they are.
    public record Form(
            String name,
            String kind,
            String baseUrl,
            String organization,
            String project,
            String version) {
        public static Form empty() {
            return new Form("", "openai", "https://api.openai.com/v1", "", "", "");
        }
    }

    public record Preset(String label, String url, String kind) {}

    /// What a trial of the connection found.
    public record Probe(
            Tone tone,
            String title,
            @Nullable String text,
            @Nullable String todo,
            @Nullable TimeView at,
            List<FindingView> parts) {}

    /// Jobs at the provider that were not started here.
    public record Import(
            String providerId,
            String providerName,
            String action,
            List<Remote> jobs,
            @Nullable String more,
            List<NoticeView> problem) {}

    public record Remote(
            String id,
            dev.afinador.server.web.shared.StatusView status,
            String word,
            String model,
            @Nullable TimeView created,
            boolean known) {}
}
