package dev.afinador.engine.process;

import dev.afinador.engine.BaseModels;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Base models in folders: every sub-folder with a `config.json` is one. What the trainer says about a folder is remembered,
/// across restarts too, until one of its files changes.
public final class ModelFolders implements BaseModels {

    private static final Logger log = LoggerFactory.getLogger(ModelFolders.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Path> folders;
    private final TrainerCommand command;
    private final Path memory;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, BaseModel> known = new HashMap<>();
    private final Map<String, String> fingerprints = new HashMap<>();

    /// @param folders where to look; a name in an earlier one hides the same name in a later one
    /// @param memory  folder in which answers are kept
    public ModelFolders(List<Path> folders, TrainerCommand command, Path memory)
            throws IOException {
        this.folders = List.copyOf(folders);
        this.command = command;
        this.memory = Files.createDirectories(memory);
    }

    @Override
    public List<BaseModel> list() {
        Map<String, Path> found = new TreeMap<>();
        for (Path folder : folders) {
            for (Path model : subfolders(folder)) {
                found.putIfAbsent(String.valueOf(model.getFileName()), model);
            }
        }
        return found.values().stream().map(this::look).toList();
    }

    @Override
    public Optional<BaseModel> find(String name) {
        if (!isName(name)) {
            return Optional.empty();
        }
        for (Path folder : folders) {
            Path model = folder.resolve(name);
            if (Files.isRegularFile(model.resolve("config.json"))) {
                return Optional.of(look(model)).filter(BaseModel::isUsable);
            }
        }
        return Optional.empty();
    }

    /// What can stand in a URL's path and in the name of a fine-tuned model.
    private static boolean isName(String name) {
        return name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    }

    private static List<Path> subfolders(Path folder) {
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(
                        folder, path -> Files.isRegularFile(path.resolve("config.json")))) {
            List<Path> sorted = new java.util.ArrayList<>();
            all.forEach(sorted::add);
            sorted.sort(Comparator.naturalOrder());
            return sorted;
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            log.warn("models in {} cannot be listed: {}", folder, e.toString());
            return List.of();
        }
    }

    private BaseModel look(Path model) {
        String name = String.valueOf(model.getFileName());
        Folder state;
        try {
            state = Folder.of(model);
        } catch (IOException e) {
            return new BaseModel(
                    name,
                    model,
                    Instant.EPOCH,
                    new Inspection.Unusable(
                            "model_broken", "The folder cannot be read: " + e.getMessage()));
        }
        if (!isName(name)) {
            return new BaseModel(
                    name,
                    model,
                    state.changed(),
                    new Inspection.Unusable(
                            "model_name",
                            "The folder's name becomes the model's name: it may have letters, digits, '.', '_' and '-'."
                                    + " Rename the folder."));
        }
        String key = model.toString();
        lock.lock(); // one inspection at a time: each is a process
        try {
            BaseModel before = known.get(key);
            if (before != null && state.fingerprint().equals(fingerprints.get(key))) {
                return before;
            }
            Inspection inspection = remembered(name, state.fingerprint());
            if (inspection == null) {
                inspection = inspect(name, model, state.fingerprint());
            }
            BaseModel looked = new BaseModel(name, model, state.changed(), inspection);
            known.put(key, looked);
            fingerprints.put(key, state.fingerprint());
            return looked;
        } finally {
            lock.unlock();
        }
    }

    private Inspection inspect(String name, Path model, String fingerprint) {
        try {
            JsonNode answer = TrainerAnswers.ask(command, PATIENCE, "inspect", model.toString());
            remember(name, fingerprint, answer);
            return read(answer);
        } catch (IOException e) {
            return new Inspection.Unusable(
                    "not_inspected", "The trainer could not look at it: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Inspection.Unusable("not_inspected", "The inspection was interrupted.");
        }
    }

    private static Inspection read(JsonNode answer) {
        if (answer.path("usable").asBoolean(false)) {
            return new Inspection.Usable(
                    answer.path("architecture").asString("?"),
                    answer.path("parameters").asLong(0),
                    answer.path("context").asLong(0),
                    answer.path("bytes").asLong(0),
                    answer.path("precision").asString("?"));
        }
        return new Inspection.Unusable(
                answer.path("code").asString("model_unsupported"),
                answer.path("message").asString("The trainer does not say why."));
    }

    private Path memoryOf(String name) {
        return memory.resolve(name + ".json");
    }

    private @Nullable Inspection remembered(String name, String fingerprint) {
        try {
            JsonNode kept = JSON.readTree(Files.readAllBytes(memoryOf(name)));
            return kept.path("fingerprint").asString("").equals(fingerprint)
                    ? read(kept.path("answer"))
                    : null;
        } catch (IOException | JacksonException e) {
            return null; // nothing is remembered, or nothing that can be read
        }
    }

    private void remember(String name, String fingerprint, JsonNode answer) {
        Map<String, Object> kept = new LinkedHashMap<>();
        kept.put("fingerprint", fingerprint);
        kept.put("answer", answer);
        try {
            Path unfinished = Files.createTempFile(memory, name, ".part");
            Files.write(unfinished, JSON.writeValueAsBytes(kept));
            Files.move(unfinished, memoryOf(name), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.info("what {} is could not be remembered: {}", name, e.toString());
        }
    }

    /// What tells that a folder is as it was: names, sizes and times of its files.
    private record Folder(String fingerprint, Instant changed) {

        static Folder of(Path model) throws IOException {
            Map<String, String> files = new TreeMap<>();
            Instant changed = Instant.EPOCH;
            try (DirectoryStream<Path> all = Files.newDirectoryStream(model)) {
                for (Path file : all) {
                    Instant at = Files.getLastModifiedTime(file).toInstant();
                    changed = at.isAfter(changed) ? at : changed;
                    files.put(
                            String.valueOf(file.getFileName()),
                            Files.size(file) + "@" + at.toEpochMilli());
                }
            }
            return new Folder(model + " " + files, changed);
        }
    }
}
