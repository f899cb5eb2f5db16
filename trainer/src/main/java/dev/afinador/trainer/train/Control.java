package dev.afinador.trainer.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// What the parent says on standard input while training goes on.
public interface Control {

    enum Wish {
        GO_ON,
        PAUSE,
        CANCEL
    }

    Wish wish();

    Control NONE = () -> Wish.GO_ON;

    /// Listens in a thread of its own. When the input ends, the parent is gone: `orphaned` is run.
    static Control listen(InputStream in, Runnable orphaned) {
        var said = new Said();
        Thread.ofPlatform()
                .daemon()
                .name("control")
                .start(() -> {
                    try (var lines =
                            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                        for (String line = lines.readLine();
                                line != null;
                                line = lines.readLine()) {
                            switch (line.strip()) {
                                case "pause" -> said.wish = Wish.PAUSE;
                                case "cancel" -> said.wish = Wish.CANCEL;
                                default -> System.err.println("unknown command on standard input");
                            }
                        }
                    } catch (IOException e) {
                        // as good as an end
                    }
                    orphaned.run();
                });
        return said;
    }

    final class Said implements Control {
        private volatile Wish wish = Wish.GO_ON;

        @Override
        public Wish wish() {
            return wish;
        }
    }
}
