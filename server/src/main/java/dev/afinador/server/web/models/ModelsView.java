package dev.afinador.server.web.models;

import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.TimeView;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which model applications use, and which they used before.
///
/// @param principal the alias `principal`; null while nothing was ever activated
/// @param history   of the alias in `alias`, newest first
public record ModelsView(
        String alias,
        @Nullable Active principal,
        List<Active> others,
        List<Entry> history,
        List<Option> providers,
        Form form,
        Map<String, String> errors,
        List<NoticeView> problem) {

    /// @param ask     how an application asks for it, as a command
    /// @param warning e.g. that its base model ends soon; null when all is well
    public record Active(
            String alias,
            String href,
            String model,
            String provider,
            @Nullable String job,
            @Nullable String jobHref,
            String by,
            TimeView at,
            @Nullable String reason,
            String ask,
            @Nullable NoticeView warning) {}

    /// One activation.
    ///
    /// @param current in force
    /// @param offered whether going back to it would change anything
    public record Entry(
            String number,
            String model,
            @Nullable String previous,
            String provider,
            @Nullable String job,
            @Nullable String jobHref,
            String by,
            TimeView at,
            @Nullable String reason,
            @Nullable String rollbackOf,
            boolean current,
            boolean offered) {}

    public record Form(String alias, String provider, String model, String reason) {
        public static Form empty() {
            return new Form("principal", "", "", "");
        }
    }
}
