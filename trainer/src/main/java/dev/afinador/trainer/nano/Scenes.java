package dev.afinador.trainer.nano;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// All scenes of one language, from its file.
final class Scenes {

    private final Language language;
    private final Lexicon lexicon;
    private final Map<String, String> macros = new HashMap<>();
    private final List<Scene> scenes = new ArrayList<>();
    private double total;

    private Scenes(Language language, Lexicon lexicon) {
        this.language = language;
        this.lexicon = lexicon;
    }

    static Scenes read(Language language, Lexicon lexicon, String text) {
        var all = new Scenes(language, lexicon);
        String name = "";
        double weight = 0;
        List<String> bindings = List.of();
        List<Turn> turns = List.of();
        for (String raw : (text + "\n== end 0\n").lines().toList()) {
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("@")) {
                int equals = line.indexOf('=');
                all.macros.put(
                        line.substring(1, equals).strip(), line.substring(equals + 1).strip());
            } else if (line.startsWith("== ")) {
                if (!turns.isEmpty()) {
                    all.scenes.add(new Scene(name, weight, bindings, turns));
                    all.total += weight;
                }
                String[] parts = line.substring(3).split(" ");
                name = parts[0];
                weight = Double.parseDouble(parts[1]);
                bindings = new ArrayList<>();
                turns = new ArrayList<>();
            } else if (line.startsWith("S: ")) {
                turns.add(new Turn("system", line.substring(3)));
            } else if (line.startsWith("U: ")) {
                turns.add(new Turn("user", line.substring(3)));
            } else if (line.startsWith("A: ")) {
                turns.add(new Turn("assistant", line.substring(3)));
            } else {
                bindings.add(line);
            }
        }
        return all;
    }

    List<Scene> all() {
        return scenes;
    }

    List<Turn> play(Scene scene, RandomGenerator random) {
        try {
            return scene.play(language, lexicon, macros, random);
        } catch (RuntimeException wrong) {
            throw new IllegalStateException(
                    "scene " + scene.name() + " (" + language + "): " + wrong.getMessage(), wrong);
        }
    }

    List<Turn> any(RandomGenerator random) {
        double at = random.nextDouble() * total;
        for (Scene scene : scenes) {
            at -= scene.weight();
            if (at < 0) {
                return play(scene, random);
            }
        }
        return play(scenes.get(scenes.size() - 1), random);
    }
}
