package dev.afinador.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.testkit.TrainingFiles;
import dev.afinador.testkit.provider.FakeProvider;
import org.junit.jupiter.api.Test;

class ProcessTest {

    @Test
    void what_was_stored_is_there_after_a_kill() {
        try (var provider = FakeProvider.start();
                var afinador = AfinadorProcess.start()) {
            String id = afinador.api().addProvider("Uno", provider);
            String dataset = afinador.api().addDataset("ventas.jsonl", TrainingFiles.chat(12));
            String token = afinador.adminToken();

            afinador.kill();
            afinador.restart();

            assertThat(afinador.adminToken()).isEqualTo(token);
            assertThat(afinador.api().get(ApiClient.PROVIDERS + "/" + id).expect(200).text())
                    .contains("Uno")
                    .doesNotContain(provider.key());
            assertThat(afinador.api().get(ApiClient.DATASETS + "/" + dataset).expect(200).text())
                    .contains("ventas");
            assertThat(afinador.output()).contains("/sign-in?code=");
        }
    }
}
