package dev.afinador.server.web.jobs;

import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Option;
import java.util.List;
import java.util.Map;

/// The start form.
///
/// @param form     what the person typed, kept word for word when something is wrong with it
/// @param errors   by field name: what is wrong and what to do
/// @param problem  what is wrong with the whole, at most one
/// @param key      the idempotency key that makes a double submit harmless
/// @param models   base models that the provider offers, with a note where one ends soon
/// @param fields   settings of the training that can be left to the provider
public record StartView(
        StartForm form,
        Map<String, String> errors,
        List<NoticeView> problem,
        String key,
        List<Option> providers,
        List<Option> datasets,
        List<Option> validationDatasets,
        List<Model> models,
        List<Setting> fields) {

    /// @param note when it ends, or empty
    public record Model(String id, String note) {}

    /// A hyperparameter.
    ///
    /// @param only the method it belongs to, or empty for all
    public record Setting(
            String name,
            String label,
            String help,
            String range,
            String value,
            String only,
            boolean whole) {}
}
