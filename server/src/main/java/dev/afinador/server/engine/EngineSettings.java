package dev.afinador.server.engine;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What can be set of the local engine, under `afinador.engine.`.
///
/// @param trainer         folder with the trainer's jars; without it there is no engine
/// @param natives         folder into which native libraries are unpacked; absent means `engine/natives` in the data folder
/// @param shippedModels   folder with the base models that come with the application
/// @param folder          everything that jobs read and write; machines that share a database share it. Absent means `engine` in
///                        the data folder
/// @param models          further folders with base models, beside `models` in the data folder
/// @param url             how other machines reach this engine, e.g. `http://gpu-1:8080/engine/v1`
/// @param organization    slug in the names of fine-tuned models
/// @param device          `auto`, `cpu` or `cuda`
/// @param precision       `auto`, `fp32` or `bf16`
/// @param threads         for training; absent means one per core
/// @param trainings       how many jobs train at a time on this machine
/// @param silence         a training process that says nothing for so long is killed and tried again
/// @param javaOptions     further options of the child JVMs
/// @param privateWebhooks whether webhooks may go to this machine, to private networks, and without TLS
/// @param main            the trainer's main class
@ConfigurationProperties("afinador.engine")
record EngineSettings(
        @Nullable Path trainer,
        @Nullable Path natives,
        @Nullable Path shippedModels,
        @Nullable Path folder,
        @DefaultValue List<Path> models,
        @Nullable URI url,
        @DefaultValue("local") String organization,
        @DefaultValue("auto") String device,
        @DefaultValue("auto") String precision,
        @Nullable Integer threads,
        @DefaultValue("1") int trainings,
        @DefaultValue("15m") Duration silence,
        @DefaultValue Heap heap,
        @DefaultValue Chat chat,
        @DefaultValue List<String> javaOptions,
        @DefaultValue("false") boolean privateWebhooks,
        @DefaultValue("dev.afinador.trainer.Main") String main) {

    /// Most megabytes of Java heap of a child. Weights, gradients and caches live outside of it.
    record Heap(@DefaultValue("512") int training, @DefaultValue("512") int answering) {}

    /// @param idle     a model that nobody has called for so long leaves memory
    /// @param models   how many base models are in memory at most
    /// @param requests how many requests one model has at a time at most
    record Chat(
            @DefaultValue("5m") Duration idle,
            @DefaultValue("2") int models,
            @DefaultValue("16") int requests) {}
}
