package dev.afinador.engine;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The base models that this machine has: folders in Hugging Face layout. The name of the folder is the name of the model.
public interface BaseModels {

    /// By name. Folders that cannot be used are there too, with the reason.
    List<BaseModel> list();

    /// A model that can be used.
    Optional<BaseModel> find(String name);

    /// @param since when the folder last changed
    record BaseModel(String name, Path folder, Instant since, Inspection inspection) {
        public boolean isUsable() {
            return inspection instanceof Inspection.Usable;
        }
    }

    /// What the trainer says about a folder.
    sealed interface Inspection {
        /// @param parameters how many numbers it has
        /// @param context    most tokens that it reads
        /// @param bytes      of its weights on disk
        record Usable(
                String architecture, long parameters, long context, long bytes, String precision)
                implements Inspection {}

        record Unusable(String code, String message) implements Inspection {}
    }
}
