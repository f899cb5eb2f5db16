package dev.afinador.engine;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.DatasetText;
import dev.afinador.dataset.TrainingFileCheck;
import dev.afinador.dataset.TrainingFileCheck.Limits;
import dev.afinador.dataset.TrainingFileCheck.Result;
import dev.afinador.engine.EngineJob.Failure;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.TaskQueue.Kind;
import dev.afinador.work.TaskQueue.Next;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Checks the files of a new job before a process is started for it, with the line numbers that a vendor tells, and queues the
/// job. Can be killed anywhere and repeated.
public final class FileValidation implements TaskQueue.Step {

    private static final int TOLD = 3;

    private final EngineJobStore store;
    private final JobBooks books;
    private final EngineFiles files;
    private final EngineFolder folder;
    private final TaskQueue tasks;
    private final InstantSource clock;

    public FileValidation(
            EngineJobStore store,
            JobBooks books,
            EngineFiles files,
            EngineFolder folder,
            TaskQueue tasks,
            InstantSource clock) {
        this.store = store;
        this.books = books;
        this.files = files;
        this.folder = folder;
        this.tasks = tasks;
        this.clock = clock;
    }

    @Override
    public Next run(String jobId) {
        EngineJob job = store.find(jobId).orElse(null);
        if (job == null || job.status() != EngineJobStatus.VALIDATING_FILES) {
            return new Next.Done(); // cancelled meanwhile, or done before
        }
        try {
            Failure failure = check(job);
            EngineJob written =
                    failure == null
                            ? queue(job)
                            : books.write(
                                    job,
                                    job.change()
                                            .status(EngineJobStatus.FAILED)
                                            .failure(failure)
                                            .done(),
                                    List.of(books.say(EngineEvent.Level.ERROR, failure.message())),
                                    () -> {});
            return written == null ? new Next.Again(clock.instant()) : new Next.Done();
        } catch (IOException e) {
            throw new UncheckedIOException("the files of " + jobId + " could not be checked", e);
        }
    }

    private @Nullable EngineJob queue(EngineJob job) {
        return books.write(
                job,
                job.change().status(EngineJobStatus.QUEUED).done(),
                List.of(books.say("Files validated, moving job to queued state")),
                () -> tasks.schedule(Kind.TRAIN, job.id(), clock.instant()));
    }

    private @Nullable Failure check(EngineJob job) throws IOException {
        Files.createDirectories(folder.job(job.id()));
        Failure failure =
                checkFile(
                        job,
                        job.asked().trainingFile(),
                        trainingFile(folder, job.id()),
                        "training",
                        Limits.DEFAULT.minExamples());
        String validation = job.asked().validationFile();
        if (failure != null || validation == null) {
            return failure;
        }
        return checkFile(job, validation, validationFile(folder, job.id()), "validation", 1);
    }

    /// The job's own copy of its training file.
    static Path trainingFile(EngineFolder folder, String jobId) {
        return folder.job(jobId).resolve("training.jsonl");
    }

    static Path validationFile(EngineFolder folder, String jobId) {
        return folder.job(jobId).resolve("validation.jsonl");
    }

    private @Nullable Failure checkFile(
            EngineJob job, String fileId, Path own, String role, int least) throws IOException {
        String param = role + "_file";
        if (files.findForJob(fileId) == null) {
            return new Failure(
                    "deleted_" + param,
                    "The job failed because the " + role + " file was deleted",
                    param);
        }
        try {
            folder.lend(folder.file(fileId), own);
        } catch (NoSuchFileException e) {
            return new Failure(
                    "deleted_" + param,
                    "The job failed because the " + role + " file was deleted",
                    param);
        }
        Result result;
        try (InputStream in = Files.newInputStream(own)) {
            result =
                    TrainingFileCheck.check(
                            in,
                            new Limits(
                                    Limits.DEFAULT.maxLineBytes(),
                                    Limits.DEFAULT.maxFindings(),
                                    least));
        }
        return judge(job.asked().method(), fileId, result, role, least);
    }

    private static @Nullable Failure judge(
            EngineMethod method, String fileId, Result result, String role, int least) {
        String param = role + "_file";
        List<DatasetFinding> errors =
                result.findings().stream()
                        .filter(f -> f.severity() == DatasetFinding.Severity.ERROR)
                        .toList();
        boolean onlyTooFew =
                !errors.isEmpty()
                        && errors.stream().allMatch(f -> f.rule().equals("too_few_examples"));
        if (onlyTooFew) {
            return new Failure(
                    "invalid_n_examples",
                    capital(role)
                            + " file has "
                            + result.examples()
                            + " example(s), but must have at least "
                            + least
                            + " examples",
                    param);
        }
        if (!errors.isEmpty()) {
            return new Failure("invalid_" + param, invalid(role, result, errors), param);
        }
        String wanted = format(method);
        String found = format(result.kind());
        if (!wanted.equals(found)) {
            return new Failure(
                    "invalid_" + param,
                    "The job failed due to an invalid "
                            + role
                            + " file. Invalid file format. Input file "
                            + fileId
                            + " is in the "
                            + found
                            + " format, but the specified fine-tuning job trains on the "
                            + wanted
                            + " format (provided method="
                            + method.word()
                            + ").",
                    param);
        }
        return null;
    }

    private static String invalid(String role, Result result, List<DatasetFinding> errors) {
        DatasetText text = DatasetText.in(Locale.ENGLISH);
        String told =
                errors.stream()
                        .limit(TOLD)
                        .map(f -> capital(text.place(f)) + ": " + sentence(text.title(f)))
                        .collect(Collectors.joining(" "));
        long more = result.errors() - Math.min(TOLD, errors.size());
        return "The job failed due to an invalid "
                + role
                + " file. Invalid file format. "
                + told
                + (more > 0 ? " And " + more + " more." : "");
    }

    private static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }

    private static String capital(String word) {
        return word.isEmpty()
                ? word
                : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    private static String format(EngineMethod method) {
        return switch (method) {
            case SUPERVISED -> "fine-tune-chat";
            case DPO -> "fine-tune-preference";
        };
    }

    private static String format(DatasetKind kind) {
        return switch (kind) {
            case CHAT -> "fine-tune-chat";
            case PREFERENCE -> "fine-tune-preference";
            case REINFORCEMENT -> "fine-tune-reinforcement";
            case COMPLETION -> "fine-tune-completions";
            case UNKNOWN -> "unknown";
        };
    }
}
