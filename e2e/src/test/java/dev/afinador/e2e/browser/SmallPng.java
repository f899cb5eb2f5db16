package dev.afinador.e2e.browser;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;

/// Writes a picture of a page with a palette of 256 colours: a third of the size, and no difference that one sees.
final class SmallPng {

    private static final int COLOURS = 256;

    private SmallPng() {}

    static void write(byte[] png, Path file) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
            ImageIO.write(withPalette(picture), "png", file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A page has few plain colours and many shades of the edges of its letters. So the palette is of the colours that are
    /// there most, those hardly different counted as one; no dithering.
    private static BufferedImage withPalette(BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
        Map<Integer, Map<Integer, Integer>> groups = new HashMap<>();
        for (int pixel : pixels) {
            int rgb = pixel & 0xffffff;
            groups.computeIfAbsent(rgb & 0xf8f8f8, group -> new HashMap<>())
                    .merge(rgb, 1, Integer::sum);
        }
        List<Integer> palette =
                groups.values().stream()
                        .sorted((a, b) -> Integer.compare(count(b), count(a)))
                        .limit(COLOURS)
                        .map(SmallPng::commonest)
                        .toList();
        byte[] red = new byte[COLOURS];
        byte[] green = new byte[COLOURS];
        byte[] blue = new byte[COLOURS];
        for (int i = 0; i < palette.size(); i++) {
            int rgb = palette.get(i);
            red[i] = (byte) (rgb >> 16);
            green[i] = (byte) (rgb >> 8);
            blue[i] = (byte) rgb;
        }
        var small =
                new BufferedImage(
                        width,
                        height,
                        BufferedImage.TYPE_BYTE_INDEXED,
                        new IndexColorModel(8, palette.size(), red, green, blue));
        Map<Integer, Integer> places = new HashMap<>();
        var raster = small.getRaster();
        for (int i = 0; i < pixels.length; i++) {
            int place = places.computeIfAbsent(pixels[i] & 0xffffff, rgb -> nearest(palette, rgb));
            raster.setSample(i % width, i / width, 0, place);
        }
        return small;
    }

    private static int count(Map<Integer, Integer> group) {
        return group.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static int commonest(Map<Integer, Integer> group) {
        return group.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElseThrow();
    }

    private static int nearest(List<Integer> palette, int rgb) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < palette.size(); i++) {
            int distance = distance(palette.get(i), rgb);
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }

    private static int distance(int one, int other) {
        int red = (one >> 16) - (other >> 16);
        int green = (one >> 8 & 0xff) - (other >> 8 & 0xff);
        int blue = (one & 0xff) - (other & 0xff);
        return red * red + green * green + blue * blue;
    }
}
