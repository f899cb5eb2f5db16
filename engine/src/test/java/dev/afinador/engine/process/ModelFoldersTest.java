package dev.afinador.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.engine.BaseModels.BaseModel;
import dev.afinador.engine.BaseModels.Inspection;
import dev.afinador.testkit.trainer.FakeTrainer;
import dev.afinador.testkit.trainer.FakeTrainerScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFoldersTest {

    @TempDir Path temp;
    private FakeTrainerScript script;
    private TrainerCommand command;

    @BeforeEach
    void prepare() {
        script = new FakeTrainerScript(temp);
        command =
                new TrainerCommand(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        System.getProperty("java.class.path"),
                        FakeTrainer.class.getName(),
                        temp,
                        script.options());
    }

    private ModelFolders folders() throws IOException {
        return new ModelFolders(
                List.of(temp.resolve("shipped"), temp.resolve("own"), temp.resolve("not there")),
                command,
                temp.resolve("memory"));
    }

    @Test
    void models_are_found_in_every_folder_and_unusable_ones_say_why() throws IOException {
        FakeTrainerScript.model(temp.resolve("shipped"), "nano");
        FakeTrainerScript.model(temp.resolve("own"), "grande-1.5");
        Path strange = FakeTrainerScript.model(temp.resolve("own"), "extraño nombre");
        Path other = FakeTrainerScript.model(temp.resolve("own"), "mamba");
        Files.writeString(
                other.resolve("config.json"), "{\"architectures\":[\"MambaForCausalLM\"]}");
        Files.createDirectories(temp.resolve("own/no-model"));
        ModelFolders folders = folders();

        List<BaseModel> all = folders.list();

        assertThat(all)
                .extracting(BaseModel::name)
                .containsExactly("extraño nombre", "grande-1.5", "mamba", "nano");
        assertThat(all.get(0).inspection())
                .isInstanceOfSatisfying(
                        Inspection.Unusable.class, u -> assertThat(u.message()).contains("Rename"));
        assertThat(all.get(1).inspection())
                .isEqualTo(new Inspection.Usable("FakeForCausalLM", 1000, 512, 4000, "fp32"));
        assertThat(all.get(2).inspection())
                .isEqualTo(
                        new Inspection.Unusable(
                                "model_unsupported",
                                "The architecture MambaForCausalLM is not known."));
        assertThat(folders.find("nano"))
                .map(BaseModel::folder)
                .contains(temp.resolve("shipped/nano"));
        assertThat(folders.find("mamba")).isEmpty();
        assertThat(folders.find("../shipped/nano")).isEmpty();
        assertThat(folders.find(strange.getFileName().toString())).isEmpty();
    }

    @Test
    void what_the_trainer_said_is_remembered_across_restarts_until_the_folder_changes()
            throws IOException {
        Path nano = FakeTrainerScript.model(temp.resolve("shipped"), "nano");
        assertThat(folders().find("nano")).isPresent();

        script.broken();
        assertThat(folders().find("nano")).as("nobody is asked again").isPresent();
        Files.writeString(nano.resolve("tokenizer.json"), "{}");
        BaseModel changed = folders().list().getFirst();
        assertThat(changed.inspection())
                .isInstanceOfSatisfying(
                        Inspection.Unusable.class,
                        u -> assertThat(u.message()).contains("no native libraries"));

        script.clear();
        assertThat(folders().find("nano")).as("a failure to look is not remembered").isPresent();
    }

    @Test
    void the_machine_says_what_it_trains_with_and_why_it_cannot() {
        assertThat(new Machine(command).device())
                .isEqualTo(new Machine.Device("cpu", "fake", 2, "cpu", "no card: this is a fake"));
        script.broken();
        Machine.Device none = new Machine(command).device();
        assertThat(none.device()).isEqualTo("none");
        assertThat(none.why()).contains("no native libraries for this platform");
    }
}
