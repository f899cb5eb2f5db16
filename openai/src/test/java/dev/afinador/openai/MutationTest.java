package dev.afinador.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.provider.ProviderException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Whatever is done to a good answer, reading it ends well or in the one exception made for it.
class MutationTest {

    private static final String[] ODD = {
        "null",
        "{}",
        "[]",
        "\"\"",
        "\" \"",
        "-1",
        "0",
        "1e999",
        "-1e999",
        "1e-999",
        "0.1",
        "true",
        "99999999999999999999999999999",
        "\"\\ud800\"",
        "\"2026-13-45\"",
        "[[[[[]]]]]",
        "{\"id\":{}}",
        "\"" + "x".repeat(600) + "\"",
        "{\"type\":\"supervised\",\"supervised\":[]}",
        "123456789012345678"
    };

    private static final AtomicReference<byte[]> answer = new AtomicReference<>();
    private static StubServer server;

    @BeforeContainer
    static void start() throws IOException {
        server = new StubServer(_ -> answer.get());
    }

    @AfterContainer
    static void stop() throws IOException {
        server.close();
    }

    @Property(tries = 600)
    void members_of_any_shape_never_break_the_list(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int changes) {
        var random = new Random(seed);
        JsonNode root =
                JsonMapper.shared()
                        .readTree(Given.list(Given.JOB, Given.JOB.replace("ftjob-1", "ftjob-2")));
        for (int i = 0; i < changes; i++) {
            change(root, random);
        }
        list(root.toString());
    }

    @Property(tries = 300)
    void bytes_of_any_kind_never_break_the_list(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int changes) {
        var random = new Random(seed);
        var text = new StringBuilder(Given.list(Given.JOB));
        for (int i = 0; i < changes && !text.isEmpty(); i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.setLength(at);
                case 1 -> text.deleteCharAt(at);
                default -> text.setCharAt(at, (char) random.nextInt(256));
            }
        }
        list(text.toString());
    }

    @Property(tries = 200)
    void an_untouched_neighbour_is_always_seen(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int changes) {
        var random = new Random(seed);
        JsonNode root =
                JsonMapper.shared()
                        .readTree(Given.list(Given.JOB, Given.JOB.replace("ftjob-1", "ftjob-2")));
        for (int i = 0; i < changes; i++) {
            change(root.path("data").path(0), random);
        }
        answer.set(StubServer.json(200, root.toString()));
        assertThat(Given.backend(server.baseUrl()).listJobs(null, 100, null).data())
                .extracting(j -> j.id().value())
                .contains("ftjob-2");
    }

    private static void list(String body) {
        answer.set(StubServer.json(200, body));
        var backend = Given.backend(server.baseUrl());
        try {
            assertThat(backend.listJobs(null, 100, null).data()).hasSizeLessThanOrEqualTo(2);
        } catch (ProviderException e) {
            assertThat(e.error().message()).isNotBlank();
        }
    }

    /// Replaces or removes one member somewhere in the tree.
    private static void change(JsonNode root, Random random) {
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        if (containers.isEmpty()) {
            return;
        }
        JsonNode odd = JsonMapper.shared().readTree(ODD[random.nextInt(ODD.length)]);
        switch (containers.get(random.nextInt(containers.size()))) {
            case ObjectNode object -> {
                List<String> names = List.copyOf(object.propertyNames());
                String name = names.get(random.nextInt(names.size()));
                if (random.nextInt(4) == 0) {
                    object.remove(name);
                } else {
                    object.set(name, odd);
                }
            }
            case ArrayNode array -> array.set(random.nextInt(array.size()), odd);
            default -> throw new AssertionError();
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainer() && !node.isEmpty()) {
            containers.add(node);
        }
        node.values().forEach(child -> collect(child, containers));
    }
}
