package dev.afinador.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.FineTuningJobEvent;
import com.openai.models.finetuning.jobs.JobCreateParams;
import com.openai.models.finetuning.jobs.checkpoints.FineTuningJobCheckpoint;
import com.openai.services.blocking.finetuning.JobService;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// OpenAI's own client for Java, unchanged, takes the local engine for OpenAI. `validate()` holds every answer against the
/// client's own idea of its shape.
class OfficialClientTest {

    private static final String QUESTION = "¿Abren los sábados?";
    private static final String LEARNT = "Sí, los sábados abrimos de diez a dos.";

    @Test
    void a_job_goes_the_whole_way_through_the_official_client() throws IOException {
        try (var afinador = AfinadorProcess.start(LocalTraining.options().toArray(String[]::new))) {
            String key = Files.readString(afinador.data().resolve("engine.key")).strip();
            OpenAIClient client = client(afinador, key);
            assertThatThrownBy(() -> client(afinador, "sk-wrong").models().list())
                    .isInstanceOf(UnauthorizedException.class);

            FileObject file =
                    client.files()
                            .create(
                                    FileCreateParams.builder()
                                            .file(LocalTraining.pairs())
                                            .purpose(FilePurpose.FINE_TUNE)
                                            .build())
                            .validate();
            assertThat(client.files().retrieve(file.id()).validate().bytes())
                    .isEqualTo(Files.size(LocalTraining.pairs()));

            JobService jobs = client.fineTuning().jobs();
            FineTuningJob job = jobs.create(ask(file.id(), "soporte")).validate();
            FineTuningJob waiting = jobs.create(ask(file.id(), "otra")).validate();
            awaitStatus(jobs, job.id(), "running");

            assertThat(jobs.cancel(waiting.id()).validate().status())
                    .isEqualTo(FineTuningJob.Status.CANCELLED);

            // The client knows no word for a paused job, so its answers are not held against it
            // here.
            awaitStep(jobs, job.id());
            jobs.pause(job.id());
            awaitStatus(jobs, job.id(), "paused");
            jobs.resume(job.id());
            awaitStatus(jobs, job.id(), "succeeded");

            FineTuningJob done = jobs.retrieve(job.id()).validate();
            String model = done.fineTunedModel().orElseThrow();
            assertThat(model).startsWith("ft:afinador-nano:local:soporte:");
            List<FineTuningJobCheckpoint> checkpoints =
                    jobs.checkpoints().list(job.id()).items().stream()
                            .map(FineTuningJobCheckpoint::validate)
                            .toList();
            assertThat(checkpoints.getFirst().fineTunedModelCheckpoint()).isEqualTo(model);
            assertThat(jobs.listEvents(job.id()).autoPager().stream())
                    .allSatisfy(FineTuningJobEvent::validate)
                    .extracting(FineTuningJobEvent::message)
                    .contains("The job has successfully completed")
                    .doesNotHaveDuplicates();
            assertThat(client.models().retrieve(model).validate().id()).isEqualTo(model);

            ChatCompletion answer = client.chat().completions().create(say(model)).validate();
            assertThat(answer.choices().getFirst().message().content()).contains(LEARNT);
            assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
            try (StreamResponse<ChatCompletionChunk> stream =
                    client.chat().completions().createStreaming(say(model))) {
                assertThat(
                                stream.stream()
                                        .map(ChatCompletionChunk::validate)
                                        .flatMap(chunk -> chunk.choices().stream())
                                        .flatMap(choice -> choice.delta().content().stream())
                                        .collect(Collectors.joining()))
                        .isEqualTo(LEARNT);
            }

            assertThat(client.models().delete(model).validate().deleted()).isTrue();
            assertThatThrownBy(() -> client.models().retrieve(model))
                    .isInstanceOf(NotFoundException.class);
            assertThat(client.files().delete(file.id()).validate().deleted()).isTrue();
        }
    }

    private static OpenAIClient client(AfinadorProcess afinador, String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(afinador.url() + "/engine/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static JobCreateParams ask(String file, String suffix) {
        return JobCreateParams.builder()
                .model("afinador-nano")
                .trainingFile(file)
                .suffix(suffix)
                .seed(7)
                .build();
    }

    private static ChatCompletionCreateParams say(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .temperature(0)
                .addUserMessage(QUESTION)
                .build();
    }

    private static void awaitStatus(JobService jobs, String id, String status) {
        Awaitility.await("a job that is " + status)
                .atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> jobs.retrieve(id).status().asString().equals(status));
    }

    private static void awaitStep(JobService jobs, String id) {
        Awaitility.await("a step")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(() ->
                        jobs.listEvents(id).items().stream()
                                .anyMatch(event -> event.message().startsWith("Step 1")));
    }
}
