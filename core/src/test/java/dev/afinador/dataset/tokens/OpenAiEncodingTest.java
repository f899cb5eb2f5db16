package dev.afinador.dataset.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OpenAiEncodingTest {

    private static final Encoding O200K =
            Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    private static final Encoding CL100K =
            Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);

    /// The sums stand in `tiktoken_ext/openai_public.py` of `tiktoken`.
    @ParameterizedTest
    @CsvSource({
        "o200k_base, 446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
        "cl100k_base, 223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
    })
    void the_vocabularies_are_the_published_ones(String name, String sha256) throws Exception {
        try (InputStream in =
                OpenAiEncoding.class.getResourceAsStream(
                        "/com/knuddels/jtokkit/" + name + ".tiktoken")) {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
            assertThat(HexFormat.of().formatHex(sum)).isEqualTo(sha256);
        }
    }

    /// `make_vectors.py`, beside the vectors, says how they were made.
    @Test
    void ids_are_those_of_tiktoken() throws IOException {
        List<String> lines = vectors();
        assertThat(lines).hasSizeGreaterThan(300);
        for (String line : lines) {
            String[] columns = line.split("\t", -1);
            byte[] text = HexFormat.of().parseHex(columns[0]);
            String shown = new String(text, StandardCharsets.UTF_8);
            assertThat(ids(OpenAiEncoding.O200K_BASE, text)).as(shown).isEqualTo(columns[1]);
            assertThat(ids(OpenAiEncoding.CL100K_BASE, text)).as(shown).isEqualTo(columns[2]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void counting_agrees_with_encoding_wherever_the_text_lies(OpenAiEncoding encoding)
            throws IOException {
        TokenCounter counter = encoding.counter();
        for (String line : vectors()) {
            byte[] text = HexFormat.of().parseHex(line.substring(0, line.indexOf('\t')));
            int expected = encoding.encode(text).count();
            byte[] around = new byte[text.length + 40];
            Arrays.fill(around, (byte) 'x');
            System.arraycopy(text, 0, around, 7, text.length);
            assertThat(counter.count(text, 0, text.length)).isEqualTo(expected);
            assertThat(counter.count(around, 7, 7 + text.length)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_bytes_of_the_tokens_are_the_text(OpenAiEncoding encoding) throws IOException {
        for (String line : vectors()) {
            byte[] text = HexFormat.of().parseHex(line.substring(0, line.indexOf('\t')));
            Tokens tokens = encoding.encode(text);
            var joined = new ByteArrayOutputStream();
            for (int i = 0; i < tokens.count(); i++) {
                joined.writeBytes(encoding.bytes(tokens.ids()[i]));
                assertThat(tokens.ends()[i]).isEqualTo(joined.size());
            }
            assertThat(joined.toByteArray()).isEqualTo(text);
        }
    }

    @Property(tries = 1_500, shrinking = ShrinkingMode.BOUNDED)
    void random_texts_have_the_ids_that_jtokkit_gives(@ForAll("texts") String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        assertThat(OpenAiEncoding.O200K_BASE.encode(utf8).ids())
                .isEqualTo(O200K.encodeOrdinary(text).toArray());
        assertThat(OpenAiEncoding.CL100K_BASE.encode(utf8).ids())
                .isEqualTo(CL100K.encodeOrdinary(text).toArray());
    }

    @Provide
    Arbitrary<String> texts() {
        return AdversarialTexts.upTo(400);
    }

    @Test
    void a_megabyte_without_a_single_break_is_counted_in_good_time() {
        TokenCounter counter = OpenAiEncoding.O200K_BASE.counter();
        byte[] letters = "ab".repeat(500_000).getBytes(StandardCharsets.UTF_8);
        byte[] spaces = " ".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
        // as tiktoken 0.14 has them; it refuses the spaces, for which 128 is the longest token
        assertThat(counter.count(letters, 0, letters.length)).isEqualTo(250_000);
        assertThat(counter.count(spaces, 0, spaces.length)).isEqualTo(7_813);
    }

    @Test
    void a_vocabulary_that_is_not_in_order_or_not_in_base_64_is_refused() {
        assertThatThrownBy(() -> Vocabulary.read(in("IQ== 0\nIg== 2\n")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("token 1");
        assertThatThrownBy(() -> Vocabulary.read(in("I*== 0\n"))).isInstanceOf(IOException.class);
    }

    private static InputStream in(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String ids(OpenAiEncoding encoding, byte[] text) {
        return String.join(
                " ",
                Arrays.stream(encoding.encode(text).ids()).mapToObj(Integer::toString).toList());
    }

    private static List<String> vectors() throws IOException {
        try (InputStream in = OpenAiEncodingTest.class.getResourceAsStream("vectors.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
        }
    }
}
