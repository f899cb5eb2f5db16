package dev.afinador.server.web.shared;

import dev.afinador.access.Role;
import dev.afinador.activation.Activation;
import dev.afinador.job.Job;
import dev.afinador.job.JobStatus;
import dev.afinador.provider.Providers;
import dev.afinador.server.security.Sessions;
import org.jspecify.annotations.Nullable;

/// The panel in which one talks to a model.
///
/// @param href     where messages go
/// @param model    who answers
/// @param base     the model that it was made from, to compare with; null when it is not known
/// @param remember whether what was said before goes along at first. Small local models mostly learn from single questions
public record ChatView(String href, String model, @Nullable String base, boolean remember) {

    /// Null while there is nothing to talk to, and for those who may only look.
    public static @Nullable ChatView of(Job job) {
        if (job.status() != JobStatus.SUCCEEDED || job.fineTunedModel() == null || !mayTalk()) {
            return null;
        }
        return new ChatView(
                "/jobs/" + job.id() + "/chat",
                job.fineTunedModel(),
                baseOf(job),
                !job.providerId().equals(Providers.LOCAL));
    }

    /// With the model that an alias names.
    ///
    /// @param job where it came from, when that is known
    public static ChatView of(Activation active, @Nullable Job job) {
        return new ChatView(
                "/models/aliases/" + active.alias() + "/chat",
                active.model(),
                job == null ? null : baseOf(job),
                !active.provider().equals(Providers.LOCAL));
    }

    /// Answers may cost money at the vendor.
    public static boolean mayTalk() {
        return Sessions.caller().role() != Role.VIEWER;
    }

    /// What the job began with, as exactly as is known.
    public static String baseOf(Job job) {
        return job.resolvedModel() == null ? job.baseModel() : job.resolvedModel();
    }
}
