package dev.afinador.bench.datasets;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// A chat file of any size, the same every time: Spanish, English and code, in answers of a few lines to a page.
final class LargeFile {

    private static final String[] SENTENCES = {
        "Para empezar, conviene separar los gastos fijos de los variables y anotarlos durante un mes entero.",
        "La fotosíntesis convierte la energía de la luz en energía química que la planta guarda en azúcares.",
        "Si el horno calienta de más, baja diez grados y alarga la cocción unos minutos; la corteza lo agradece.",
        "En 1969 dos personas caminaron por la Luna mientras una tercera daba vueltas a su alrededor, sola.",
        "El plazo de devolución es de 14 días naturales desde la entrega, y el envío corre a cargo de la tienda.",
        "¿Has probado a reiniciar el enrutador? Suele bastar cuando la conexión se corta cada pocos minutos.",
        "To keep the cache small, the server drops whatever nobody has asked for within the last half hour.",
        "Water boils at a lower temperature on a mountain because the air above it weighs less.",
        "The committee met on Tuesday, adopted the minutes, and adjourned without touching the second item.",
        "A good summary names the claim, the evidence and what would change the author's mind.",
        "Multiply both sides by 12 to clear the fractions: 4x + 3 = 27, so x = 6.",
        "Tickets are refunded in full up to 48 hours before departure; after that, 30% is kept.",
        "for (int i = 0; i < items.size(); i++) {\\n    total += items.get(i).price();\\n}",
        "def media(valores):\\n    return sum(valores) / len(valores) if valores else 0.0",
        "SELECT ciudad, COUNT(*) FROM pedidos WHERE fecha >= '2026-01-01' GROUP BY ciudad;",
        "| Mes | Ventas |\\n| --- | ---: |\\n| Enero | 1.204 |\\n| Febrero | 1.377 |",
        "日本語の文も少し混ざっています。",
        "Enhorabuena 🎉, el pedido ya va de camino 🚚."
    };

    private LargeFile() {}

    static void write(Path file, long bytes) throws IOException {
        var random = new Random(42);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            long written = 0;
            long number = 0;
            while (written < bytes) {
                byte[] line = line(random, number++).getBytes(StandardCharsets.UTF_8);
                out.write(line);
                written += line.length;
            }
        }
    }

    private static String line(Random random, long number) {
        var line = new StringBuilder(4_096);
        line.append(
                "{\"messages\": [{\"role\": \"system\", \"content\": \"Responde con claridad y brevedad.\"}");
        int turns = 1 + random.nextInt(3);
        for (int turn = 0; turn < turns; turn++) {
            line.append(", {\"role\": \"user\", \"content\": \"Consulta ")
                    .append(number)
                    .append(": ");
            text(random, line, 1 + random.nextInt(3));
            line.append("\"}, {\"role\": \"assistant\", \"content\": \"");
            text(random, line, 2 + random.nextInt(12));
            line.append("\"}");
        }
        return line.append("]}\n").toString();
    }

    /// Sentences with numbers between them, so that no two texts are the same.
    private static void text(Random random, StringBuilder line, int sentences) {
        for (int i = 0; i < sentences; i++) {
            line.append(SENTENCES[random.nextInt(SENTENCES.length)]).append(' ');
            if (random.nextInt(3) == 0) {
                line.append(random.nextInt(100_000)).append(". ");
            }
        }
    }
}
