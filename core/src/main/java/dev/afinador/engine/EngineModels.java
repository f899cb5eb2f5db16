package dev.afinador.engine;

import dev.afinador.engine.BaseModels.BaseModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The models that can be called: bases, results of jobs, and checkpoints.
public final class EngineModels {

    private static final int MANY = 10_000;

    private final EngineJobStore store;
    private final BaseModels bases;
    private final EngineFolder folder;
    private final EngineIds ids;

    public EngineModels(
            EngineJobStore store, BaseModels bases, EngineFolder folder, EngineIds ids) {
        this.store = store;
        this.bases = bases;
        this.folder = folder;
        this.ids = ids;
    }

    /// @param owner who made it, as the protocol tells it
    public record Model(String name, Instant created, String owner) {}

    /// What the trainer loads for a model.
    ///
    /// @param base    folder of the base model
    /// @param adapter folder of what was trained, or null for the base itself
    public record Loadable(String baseName, Path base, @Nullable Path adapter) {}

    /// Usable bases by name, then what jobs made, newest first.
    public List<Model> list() {
        List<Model> all = new ArrayList<>();
        for (BaseModel base : bases.list()) {
            if (base.isUsable()) {
                all.add(base(base));
            }
        }
        store.models(MANY).forEach(m -> all.add(tuned(m)));
        return all;
    }

    /// @throws EngineRefusal when there is none
    public Model get(String name) {
        Optional<Model> base = bases.find(name).map(this::base);
        return base.or(() -> store.findModel(name).map(this::tuned))
                .orElseThrow(() -> EngineRefusal.unknownModel(name));
    }

    /// What to load for a call of this model.
    ///
    /// @throws EngineRefusal when there is none, or its base is gone
    public Loadable load(String name) {
        Optional<BaseModel> base = bases.find(name);
        if (base.isPresent()) {
            return new Loadable(name, base.get().folder(), null);
        }
        EngineModel model =
                store.findModel(name).orElseThrow(() -> EngineRefusal.unknownModel(name));
        BaseModel under =
                bases.find(model.baseModel())
                        .orElseThrow(() ->
                                EngineRefusal.badRequest(
                                        "model",
                                        "model_not_available",
                                        "The model '"
                                                + name
                                                + "' needs its base '"
                                                + model.baseModel()
                                                + "', which is not (or no longer usable) on this machine."));
        return new Loadable(
                model.baseModel(), under.folder(), folder.root().resolve(model.folder()));
    }

    /// Deletes what a job made, with its files.
    ///
    /// @throws EngineRefusal when there is none, it is a base, or a job that is not over goes on from it
    public void delete(String name) {
        if (bases.find(name).isPresent()) {
            throw EngineRefusal.forbidden(
                    "base_model",
                    "The model '"
                            + name
                            + "' is a base model: only fine-tuned models can be deleted here. Remove its folder from"
                            + " the models folder of this machine instead.");
        }
        EngineModel model =
                store.findModel(name).orElseThrow(() -> EngineRefusal.unknownModel(name));
        Optional<String> user = store.usesModel(name);
        if (user.isPresent()) {
            throw EngineRefusal.badRequest(
                    "model",
                    "model_in_use",
                    "The model '" + name + "' is what job " + user.get() + " goes on from.");
        }
        boolean trains =
                store.find(model.jobId()).filter(job -> !job.status().isFinal()).isPresent();
        if (trains) {
            throw EngineRefusal.badRequest(
                    "model",
                    "model_in_use",
                    "The model '"
                            + name
                            + "' is a checkpoint of job "
                            + model.jobId()
                            + ", which is not over.");
        }
        if (!store.deleteModel(name)) {
            throw EngineRefusal.unknownModel(name);
        }
        boolean shared =
                store.modelsOf(model.jobId()).stream()
                        .anyMatch(other -> other.folder().equals(model.folder()));
        if (!shared) {
            try {
                folder.remove(folder.root().resolve(model.folder()));
            } catch (IOException e) {
                throw new UncheckedIOException("the files of " + name + " could not be removed", e);
            }
        }
    }

    private Model base(BaseModel base) {
        return new Model(base.name(), base.since(), "afinador");
    }

    private Model tuned(EngineModel model) {
        return new Model(model.name(), model.createdAt(), ids.organization());
    }
}
