package org.batchmill.augment.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.testing.Seed;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

/** Colour is checked against its formulas in doubles, on random pixels. */
class ColourTest {

    private static final int SIDE = 48;

    private static byte[] random(RandomGenerator random, int channels) {
        byte[] pixels = new byte[SIDE * SIDE * channels];
        random.nextBytes(pixels);
        // Greys and primaries are the corner cases of HSV.
        for (int i = 0; i < 90 && channels == 3; i++) {
            byte value = (byte) random.nextInt(256);
            pixels[3 * i] = value;
            pixels[3 * i + 1] = i % 3 == 0 ? 0 : value;
            pixels[3 * i + 2] = i % 2 == 0 ? 0 : value;
        }
        return pixels;
    }

    private interface Change {
        void on(Mat pixels, Workbench bench);
    }

    private static byte[] change(byte[] before, int channels, Change change) {
        try (BufferAllocator allocator = new RootAllocator();
                Workbench bench = new Workbench(allocator);
                Mat pixels = new Mat(SIDE, SIDE, CV_8UC(channels))) {
            pixels.data().put(before);
            change.on(pixels, bench);
            byte[] after = new byte[before.length];
            pixels.data().get(after);
            return after;
        }
    }

    private static byte[] apply(byte[] before, int channels, PixelTransform transform, long key) {
        return change(before, channels, (pixels, bench) -> transform.apply(pixels, bench, new RandomStream(key)));
    }

    /** Darknet's rule as yolo-v1.md and the reference state it: to HSV, change, to RGB, clamp. */
    private static double[] darknet(double r, double g, double b, double turn, double s, double e) {
        double max = Math.max(r, Math.max(g, b));
        double delta = max - Math.min(r, Math.min(g, b));
        double hue = 0;
        if (delta > 0) {
            hue = r == max ? (g - b) / delta : g == max ? 2 + (b - r) / delta : 4 + (r - g) / delta;
        }
        hue = ((hue / 6 + turn) % 1 + 1) % 1 * 6;
        double saturation = (max == 0 ? 0 : delta / max) * s;
        double value = max * e;
        int sector = (int) Math.floor(hue);
        double f = hue - sector;
        double p = value * (1 - saturation);
        double q = value * (1 - saturation * f);
        double t = value * (1 - saturation * (1 - f));
        double[] rgb =
                switch (sector) {
                    case 0 -> new double[] {value, t, p};
                    case 1 -> new double[] {q, value, p};
                    case 2 -> new double[] {p, value, t};
                    case 3 -> new double[] {p, q, value};
                    case 4 -> new double[] {t, p, value};
                    default -> new double[] {value, p, q};
                };
        for (int i = 0; i < 3; i++) {
            rgb[i] = Math.max(0, Math.min(255, rgb[i]));
        }
        return rgb;
    }

    @Test
    void shouldFollowDarknetsDefinition() {
        RandomGenerator random = Seed.random(Seed.of(this));
        for (int trial = 0; trial < 60; trial++) {
            double turn = trial % 3 == 0 ? 0 : random.nextDouble(-0.5, 0.5);
            double s = random.nextDouble(0.5, 2);
            double e = random.nextDouble(0.5, 2);
            byte[] before = random(random, 3);
            byte[] after = change(before, 3, (pixels, bench) -> DarknetColour.apply(pixels, bench, turn, s, e));
            // Each sector of the turn rounds once, and the factors magnify that.
            double tolerance = 0.51 + (turn == 0 ? 0 : e * s * 0.51 * Math.ceil(Math.abs(turn) * 6));
            for (int i = 0; i < before.length; i += 3) {
                double[] expected = darknet(before[i] & 0xff, before[i + 1] & 0xff, before[i + 2] & 0xff, turn, s, e);
                for (int c = 0; c < 3; c++) {
                    assertThat((double) (after[i + c] & 0xff))
                            .as("pixel " + i / 3 + " channel " + c + " turn " + turn + " s " + s + " e " + e)
                            .isCloseTo(expected[c], within(tolerance));
                }
            }
        }
    }

    @Test
    void shouldDrawFactorsAndReciprocalsEquallyOften() {
        byte[] grey = new byte[SIDE * SIDE];
        Arrays.fill(grey, (byte) 100);
        int brighter = 0;
        for (int key = 0; key < 400; key++) {
            int value = apply(grey, 1, new DarknetColour(0.1, 1.5, 1.5), RandomStream.key(7, key))[0] & 0xff;
            assertThat(value).isBetween(66, 150);
            brighter += value > 100 ? 1 : 0;
        }
        assertThat(brighter).isBetween(150, 250);
    }

    @Test
    void shouldFollowTheFormulasOfTheSimpleOnes() {
        RandomGenerator random = Seed.random(Seed.of(this));
        byte[] before = random(random, 3);
        long key = random.nextLong();
        double amount = new RandomStream(key).uniform(-0.4, 0.4) * 255;
        byte[] bright = apply(before, 3, new Brightness(0.4), key);
        double factor = new RandomStream(key).uniform(0.5, 1.5);
        byte[] contrast = apply(before, 3, new Contrast(0.5, 1.5), key);
        double gain = Math.pow(2, new RandomStream(key).uniform(-1, 1));
        byte[] exposed = apply(before, 3, new Exposure(1), key);
        byte[] grey = apply(before, 3, new Grey(), key);
        for (int i = 0; i < before.length; i++) {
            double v = before[i] & 0xff;
            assertLevel(bright[i], v + amount);
            assertLevel(contrast[i], 128 + factor * (v - 128));
            assertLevel(exposed[i], v * gain);
            int pixel = i / 3 * 3;
            assertLevel(
                    grey[i],
                    0.299 * (before[pixel] & 0xff)
                            + 0.587 * (before[pixel + 1] & 0xff)
                            + 0.114 * (before[pixel + 2] & 0xff));
        }
    }

    private static void assertLevel(byte actual, double expected) {
        assertThat((double) (actual & 0xff)).isCloseTo(Math.max(0, Math.min(255, expected)), within(0.52));
    }

    @Test
    void shouldShiftHueByDegrees() {
        byte[] red = new byte[SIDE * SIDE * 3];
        for (int i = 0; i < red.length; i += 3) {
            red[i] = (byte) 200;
        }
        // 120 degrees make red green; the largest draw of the range is found by looking for it.
        for (long key = 0; key < 3000; key++) {
            if (new RandomStream(key).uniform(-120, 120) > 119) {
                byte[] green = apply(red, 3, new HueSaturation(120, 0, 0), key);
                assertThat(green[1] & 0xff).isEqualTo(200);
                assertThat(green[0] & 0xff).isLessThan(8);
                assertThat(green[2] & 0xff).isLessThan(8);
                return;
            }
        }
        throw new AssertionError("no such draw");
    }

    @Test
    void shouldAddNoiseOfTheStatedStrength() {
        byte[] middle = new byte[SIDE * SIDE * 3];
        Arrays.fill(middle, (byte) 128);
        long key = 5;
        double deviation = new RandomStream(key).uniform(0, 30);
        byte[] noisy = apply(middle, 3, new GaussianNoise(30), key);
        double square = 0;
        for (byte value : noisy) {
            square += Math.pow((value & 0xff) - 128, 2) / noisy.length;
        }
        assertThat(Math.sqrt(square)).isCloseTo(deviation, within(0.05 * deviation));

        double fraction = new RandomStream(key).uniform(0, 0.2);
        byte[] salted = apply(middle, 3, new SaltAndPepper(0.2), key);
        int white = 0;
        int black = 0;
        for (int i = 0; i < salted.length; i += 3) {
            white += salted[i] == -1 && salted[i + 1] == -1 && salted[i + 2] == -1 ? 1 : 0;
            black += salted[i] == 0 && salted[i + 1] == 0 && salted[i + 2] == 0 ? 1 : 0;
        }
        double expected = fraction / 2 * SIDE * SIDE;
        assertThat((double) white).isCloseTo(expected, within(5 * Math.sqrt(expected)));
        assertThat((double) black).isCloseTo(expected, within(5 * Math.sqrt(expected)));
    }

    @Test
    void shouldKeepTheMeanWhenItBlursAndChangeWhatItShould() {
        RandomGenerator random = Seed.random(Seed.of(this));
        byte[] before = random(random, 3);
        for (PixelTransform blur : List.of(new GaussianBlur(1, 2), new MotionBlur(9), new MedianBlur(2))) {
            byte[] after = apply(before, 3, blur, 3);
            assertThat(mean(after)).as(blur.toString()).isCloseTo(mean(before), within(3.0));
            assertThat(roughness(after)).as(blur.toString()).isLessThan(0.8 * roughness(before));
        }
        byte[] poor = apply(before, 3, new JpegQuality(5, 10), 3);
        assertThat(poor).isNotEqualTo(before);
        assertThat(mean(poor)).isCloseTo(mean(before), within(6.0));
    }

    @Test
    void shouldCoverNoMoreThanTheCutoutsAndExchangeChannels() {
        byte[] white = new byte[SIDE * SIDE * 3];
        Arrays.fill(white, (byte) 255);
        byte[] cut = apply(white, 3, new Cutout(1, 0.5), 11);
        int covered = 0;
        for (int i = 0; i < cut.length; i += 3) {
            covered += cut[i] == 127 ? 1 : 0;
        }
        int side = (int) Math.rint(Math.sqrt(covered));
        assertThat(side).isBetween(1, SIDE / 2);
        assertThat(covered).as("one square").isEqualTo(side * side);

        byte[] before = random(Seed.random(1), 3);
        byte[] swapped = apply(before, 3, new ColourSpace(ColourSpace.Space.BGR), 1);
        assertThat(swapped[0]).isEqualTo(before[2]);
        assertThat(swapped[2]).isEqualTo(before[0]);
    }

    @Test
    void shouldGiveTheSamePixelsForTheSameKey() {
        byte[] before = random(Seed.random(2), 3);
        for (PixelTransform transform : List.of(
                new GaussianNoise(20),
                new SaltAndPepper(0.1),
                new DarknetColour(0.1, 1.5, 1.5),
                new MotionBlur(7),
                new HueSaturation(30, 0.2, 0.2))) {
            assertThat(apply(before, 3, transform, 4)).isEqualTo(apply(before, 3, transform, 4));
            assertThat(apply(before, 3, transform, 4)).isNotEqualTo(apply(before, 3, transform, 5));
        }
    }

    private static double mean(byte[] pixels) {
        double sum = 0;
        for (byte pixel : pixels) {
            sum += pixel & 0xff;
        }
        return sum / pixels.length;
    }

    private static double roughness(byte[] pixels) {
        double sum = 0;
        for (int i = 3; i < pixels.length; i++) {
            sum += Math.abs((pixels[i] & 0xff) - (pixels[i - 3] & 0xff));
        }
        return sum / pixels.length;
    }
}
