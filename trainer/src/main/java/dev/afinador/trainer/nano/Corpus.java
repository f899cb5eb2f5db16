package dev.afinador.trainer.nano;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The conversations that afinador-nano is taught with: short, in Spanish or English, put together from scenes and exercises. Conversation
/// number n of a seed is always the same, whatever was made before it.
public final class Corpus {

    private static final double SPANISH = 0.58;

    private static final String[][] SYSTEMS = {
        {
            "Eres un asistente amable.", "Eres un asistente útil.",
            "Eres un asistente útil y respondes en español.", "Responde con frases cortas.",
            "Eres un asistente amable y breve.", "Ayudas a las personas.",
            "Eres Nano, un asistente pequeño.", "Responde de forma clara."
        },
        {
            "You are a kind assistant.", "You are a helpful assistant.",
            "You are a helpful assistant and answer in English.", "Answer in short sentences.",
            "You are a kind and brief assistant.", "You help people.",
            "You are Nano, a small assistant.", "Answer clearly."
        }
    };

    private final long seed;
    private final Map<Language, Scenes> scenes = new EnumMap<>(Language.class);
    private final Exercises exercises;

    public Corpus(long seed) {
        this.seed = seed;
        Lexicon lexicon = Lexicon.read(resource("words.txt"));
        for (Language language : Language.values()) {
            scenes.put(
                    language,
                    Scenes.read(language, lexicon, resource(language.code() + ".scenes")));
        }
        this.exercises = new Exercises(lexicon);
    }

    /// Turns of one conversation, at least one question and one answer.
    List<Turn> conversation(long number) {
        // the generator's own mixing keeps neighbouring numbers apart
        RandomGenerator random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number).split();
        Language language = random.nextDouble() < SPANISH ? Language.ES : Language.EN;
        var turns = new ArrayList<Turn>();
        int exchanges = 1 + Math.min(3, (int) (-Math.log(1 - random.nextDouble()) * 0.9));
        for (int i = 0; i < exchanges; i++) {
            List<Turn> more = exchange(language, random);
            if (i > 0 && more.get(0).role().equals("system")) {
                continue;
            }
            turns.addAll(more);
        }
        if (!turns.get(0).role().equals("system") && random.nextInt(4) == 0) {
            String[] systems = SYSTEMS[language.ordinal()];
            turns.add(0, new Turn("system", systems[random.nextInt(systems.length)]));
        }
        return turns.stream().map(turn -> asTyped(turn, random)).toList();
    }

    private List<Turn> exchange(Language language, RandomGenerator random) {
        return random.nextInt(5) == 0
                ? exercises.any(language, random)
                : Objects.requireNonNull(scenes.get(language)).any(random);
    }

    /// People do not always type as books print.
    private static Turn asTyped(Turn turn, RandomGenerator random) {
        if (!turn.role().equals("user")) {
            return turn;
        }
        String text = turn.content();
        int how = random.nextInt(20);
        if (how == 0) {
            text = Character.toLowerCase(text.charAt(0)) + text.substring(1);
        }
        if (how == 1 || how == 2) {
            text = text.replace("¿", "").replace("¡", "");
        }
        if (how == 2) {
            text = withoutAccents(text).toLowerCase(Locale.ROOT);
        }
        if (how == 3 && text.endsWith(".")) {
            text = text.substring(0, text.length() - 1);
        }
        return new Turn(turn.role(), text);
    }

    private static String withoutAccents(String text) {
        return Normalizer.normalize(
                Normalizer.normalize(text, Normalizer.Form.NFD)
                        .replaceAll("[\u0300\u0301\u0308]", ""),
                Normalizer.Form.NFC);
    }

    @Nullable Scenes scenes(Language language) {
        return scenes.get(language);
    }

    static String resource(String name) {
        try (InputStream in = Corpus.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
