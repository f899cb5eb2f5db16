package dev.afinador.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Who may see whom (docs/architecture.md). The modules keep most of it by themselves; this is the rest.
class ArchitectureTest {

    private static final String[] FEATURES = {
        "dev.afinador.access..",
        "dev.afinador.activation..",
        "dev.afinador.conversation..",
        "dev.afinador.dataset..",
        "dev.afinador.engine",
        "dev.afinador.job..",
        "dev.afinador.provider..",
        "dev.afinador.sync..",
        "dev.afinador.text..",
        "dev.afinador.verification..",
        "dev.afinador.work.."
    };

    private static JavaClasses product;

    @BeforeAll
    static void read_the_product() {
        product =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .withImportOption(location -> !location.contains("/testkit/"))
                        .importPackages("dev.afinador");
    }

    @Test
    void every_module_is_looked_at() {
        for (String module :
                new String[] {
                    "job", "storage", "openai", "engine.protocol", "engine.process", "server", "cli"
                }) {
            assertThat(product.containPackage("dev.afinador." + module)).as(module).isTrue();
        }
    }

    @Test
    void features_are_plain_java() {
        classes()
                .that()
                .resideInAnyPackage(FEATURES)
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(FEATURES)
                                .or(
                                        resideInAnyPackage(
                                                "java.io..",
                                                "java.lang..",
                                                "java.math..",
                                                "java.nio..",
                                                "java.net",
                                                "java.security..",
                                                "java.text..",
                                                "java.time..",
                                                "java.util.."))
                                .or(
                                        resideInAnyPackage(
                                                "org.jspecify..",
                                                "org.slf4j..",
                                                "de.siegmar.fastcsv..",
                                                "tools.jackson.core..")))
                .because(
                        "they must outlive every framework (docs/adr/0004 allows Jackson's reader of tokens,"
                                + " docs/adr/0019 a reader of tables)")
                .check(product);
    }

    @Test
    void features_do_not_see_each_other_in_circles() {
        slices().matching("dev.afinador.(*)..").should().beFreeOfCycles().check(product);
    }

    @Test
    void providers_and_datasets_are_leaves() {
        noClasses()
                .that()
                .resideInAPackage("dev.afinador.provider..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(FEATURES)
                                .and(
                                        not(
                                                resideInAnyPackage(
                                                        "dev.afinador.provider..",
                                                        "dev.afinador.work..",
                                                        "dev.afinador.text.."))))
                .check(product);
        noClasses()
                .that()
                .resideInAPackage("dev.afinador.dataset..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(FEATURES)
                                .and(
                                        not(
                                                resideInAnyPackage(
                                                        "dev.afinador.dataset..",
                                                        "dev.afinador.work..",
                                                        "dev.afinador.text.."))))
                .check(product);
    }

    @Test
    void storage_and_protocol_client_see_neither_each_other_nor_the_server() {
        noClasses()
                .that()
                .resideInAPackage("dev.afinador.storage..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.afinador.openai..", "dev.afinador.engine.*..", "dev.afinador.server..")
                .check(product);
        noClasses()
                .that()
                .resideInAPackage("dev.afinador.openai..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.afinador.storage..", "dev.afinador.engine..", "dev.afinador.server..")
                .check(product);
    }

    @Test
    void the_program_for_terminals_sees_the_features_alone_and_nobody_sees_it() {
        noClasses()
                .that()
                .resideInAPackage("dev.afinador.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.afinador.storage..",
                        "dev.afinador.openai..",
                        "dev.afinador.server..",
                        "org.springframework..",
                        "java.net.http..")
                .check(product);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.afinador.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.afinador.cli..")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(product);
    }

    @Test
    void only_storage_speaks_to_a_database() {
        noClasses()
                .that(
                        not(resideInAPackage("dev.afinador.storage.."))
                                // tells a person why the database refused; nothing else of JDBC
                                .and(
                                        not(
                                                com.tngtech.archunit.core.domain.JavaClass
                                                        .Predicates.simpleName("Failures"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..", "javax.sql..", "org.springframework.jdbc..", "org.flywaydb..")
                .check(product);
    }

    /// What speaks to clients, what runs processes and what calls webhooks meet in the features only; the engine is to the
    /// console a provider like any other.
    @Test
    void the_parts_of_the_engine_see_the_features_and_little_of_each_other() {
        noClasses()
                .that()
                .resideInAPackage("dev.afinador.engine.*..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.afinador.storage..",
                        "dev.afinador.openai..",
                        "dev.afinador.server..",
                        "dev.afinador.job..",
                        "dev.afinador.sync..")
                .check(product);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.afinador.engine.process..", "dev.afinador.engine.delivery..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.afinador.engine.protocol..")
                .check(product);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.afinador.job..",
                        "dev.afinador.sync..",
                        "dev.afinador.provider..",
                        "dev.afinador.verification..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.afinador.engine..")
                .check(product);
    }

    /// The trainer is a program of its own that meets us in files and pipes.
    @Test
    void nobody_sees_the_trainer() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.afinador.trainer..", "org.bytedeco..")
                .check(product);
    }

    @Test
    void only_the_server_and_the_engines_protocol_know_the_web_framework() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.afinador.server..", "dev.afinador.engine.protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework.web..",
                        "org.springframework.boot..",
                        "org.springframework.security..",
                        "org.thymeleaf..",
                        "jakarta.servlet..")
                .check(product);
    }

    @Test
    void pages_do_not_reach_into_the_pages_of_another_feature() {
        slices().matching("dev.afinador.server.web.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(
                        resideInAPackage("dev.afinador.server.web.."),
                        resideInAPackage("dev.afinador.server.web.shared.."))
                .check(product);
    }

    @Test
    void the_product_does_not_need_its_tests() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.afinador.testkit..")
                .check(product);
    }

    /// Files carry the machine's own time, so their age is told by it.
    @Test
    void time_comes_from_the_clock_that_a_test_can_set() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.afinador.dataset.LocalDatasetFiles")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(product);
    }

    @Test
    void nobody_sleeps() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .check(product);
    }

    /// A wait that is measured, not scheduled, may look at the machine's own counter.
    @Test
    void the_machines_counter_is_read_only_where_a_duration_is_measured() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.afinador.sync.Synchronization")
                .and()
                .doNotHaveFullyQualifiedName("dev.afinador.openai.Wire")
                .and()
                .doNotHaveFullyQualifiedName("dev.afinador.storage.ClockWatch")
                .should()
                .callMethod(System.class, "nanoTime")
                .check(product);
    }

    @Test
    void threads_are_made_in_few_places() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.afinador.storage.DbSchedulerTaskQueue")
                .and()
                // computes on all processors, and ends its threads before it returns
                // (docs/adr/0016)
                .doNotHaveFullyQualifiedName("dev.afinador.dataset.check.TrainingFile")
                .and()
                .resideOutsideOfPackages(
                        "dev.afinador.server.live..",
                        // children's streams, and what must happen while nobody asks
                        "dev.afinador.engine.process..",
                        "dev.afinador.server.engine..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Executors.class)
                .orShould()
                .callMethod(Thread.class, "ofVirtual")
                .orShould()
                .callMethod(Thread.class, "ofPlatform")
                .orShould()
                .callMethod(Thread.class, "startVirtualThread", Runnable.class)
                .check(product);
    }
}
