package org.batchmill.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import org.batchmill.augment.Rows.Row;
import org.batchmill.augment.transform.Border;
import org.batchmill.augment.transform.Crop;
import org.batchmill.augment.transform.DarknetJitter;
import org.batchmill.augment.transform.Fit;
import org.batchmill.augment.transform.Flip;
import org.batchmill.augment.transform.GeometricTransform;
import org.batchmill.augment.transform.Homography;
import org.batchmill.augment.transform.Perspective;
import org.batchmill.augment.transform.Policy;
import org.batchmill.augment.transform.RandomResizedCrop;
import org.batchmill.augment.transform.RandomStream;
import org.batchmill.augment.transform.Rotate;
import org.batchmill.augment.transform.Scale;
import org.batchmill.augment.transform.Shear;
import org.batchmill.augment.transform.SteeringRule;
import org.batchmill.augment.transform.Translate;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.testing.ExifJpeg;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Test;

/** Geometry is checked on drawn images: where the pixels went tells whether the labels went with them. */
class GeometryTest {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 540;

    /** The tip of a slanted mark is narrower than a pixel: where it ends is seen in finer pixels. */
    private static final int MAGNIFIED = 4;

    /** A black image with a white rectangle, and the box around it. */
    private static Sample mark(int left, int top, int right, int bottom) {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                pixels[y * WIDTH + x] = -1;
            }
        }
        Box box = new Box(
                "mark", (float) left / WIDTH, (float) top / HEIGHT, (float) right / WIDTH, (float) bottom / HEIGHT);
        return Rows.raw("mark", HEIGHT, WIDTH, 1, pixels, new Labels.Boxes(List.of(box)));
    }

    /** left, top, right, bottom of what is white; null if nothing is. */
    private static int[] extent(Row row, int width, int height) {
        int[] extent = {width, height, -1, -1};
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (row.at(y, x, 0, width, 1) >= 128) {
                    extent[0] = Math.min(extent[0], x);
                    extent[1] = Math.min(extent[1], y);
                    extent[2] = Math.max(extent[2], x + 1);
                    extent[3] = Math.max(extent[3], y + 1);
                }
            }
        }
        return extent[2] < 0 ? null : extent;
    }

    @Provide
    Arbitrary<List<GeometricTransform>> chains() {
        return Arbitraries.<GeometricTransform>of(
                        new Flip(),
                        new DarknetJitter(0.2),
                        new RandomResizedCrop(0.5, 1, 0.75, 1.33),
                        new Translate(0.15, 0.15),
                        new Rotate(25),
                        new Scale(0.7, 1.3),
                        new Shear(12, 12),
                        new Perspective(0.12),
                        new Crop(0.05, 0.1, 0.97, 0.9))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Property(tries = 300)
    void shouldKeepTheBoxOnTheMarkThroughAnyChainOfTransforms(
            @ForAll("chains") List<GeometricTransform> chain,
            @ForAll boolean letterbox,
            @ForAll @IntRange(min = 40, max = 440) int left,
            @ForAll @IntRange(min = 40, max = 340) int top,
            @ForAll @IntRange(min = 60, max = 240) int across,
            @ForAll @IntRange(min = 60, max = 180) int down,
            @ForAll @IntRange(min = 160, max = 240) int width,
            @ForAll @IntRange(min = 120, max = 200) int height,
            @ForAll long seed)
            throws Exception {
        Policy policy = Policy.NONE;
        for (GeometricTransform transform : chain) {
            policy = policy.with(transform);
        }
        if (letterbox) {
            policy = policy.withFit(Fit.LETTERBOX, new Border(false, 0, 0, 0));
        }
        Sample sample = mark(left, top, left + across, top + down);
        String kind;
        try (Rows rows = new Rows(height, width, 1, policy);
                Rows magnified = new Rows(height * MAGNIFIED, width * MAGNIFIED, 1, policy)) {
            Row row = rows.row(sample, seed, 0);
            int[] seen = extent(row, width, height);
            Box box = box(row);
            if (box != null && seen != null) {
                // Sampling may miss the tip of a slanted mark, but shows nothing where there is no mark.
                double[] edges = edges(box, width, height);
                assertThat(seen[0]).isGreaterThanOrEqualTo((int) Math.floor(edges[0] - 1));
                assertThat(seen[1]).isGreaterThanOrEqualTo((int) Math.floor(edges[1] - 1));
                assertThat(seen[2]).isLessThanOrEqualTo((int) Math.ceil(edges[2] + 1));
                assertThat(seen[3]).isLessThanOrEqualTo((int) Math.ceil(edges[3] + 1));
            }
            kind = kind(magnified.row(sample, seed, 0), width, height, policy.fit());
        }
        Statistics.collect(kind);
        Statistics.coverage(marks -> marks.check("whole").percentage(percent -> percent > 10));
    }

    /** Compares box and mark of an image that shows the same in finer pixels: {@code width} and {@code height} are its coarse ones. */
    private static String kind(Row fine, int width, int height, Fit fit) {
        int[] seen = extent(fine, width * MAGNIFIED, height * MAGNIFIED);
        Box box = box(fine);
        if (box == null) {
            assertThat(seen).isNull();
            return "gone";
        }
        double[] edges = edges(box, width, height);
        boolean cut = box.truncated() || touchesAnEdge(edges, width, height, fit);
        if (seen == null) {
            // The hull of a slanted mark may reach into the image where the mark itself does not.
            assertThat(cut || Math.min(edges[2] - edges[0], edges[3] - edges[1]) < 1)
                    .as("a mark that is not seen: " + box)
                    .isTrue();
            return "gone";
        }
        if (cut) {
            // The hull of a slanted mark that is cut off may be larger than what is left of it, never smaller.
            assertThat(seen[0] / (double) MAGNIFIED).isGreaterThan(edges[0] - 1);
            assertThat(seen[1] / (double) MAGNIFIED).isGreaterThan(edges[1] - 1);
            assertThat(seen[2] / (double) MAGNIFIED).isLessThan(edges[2] + 1);
            assertThat(seen[3] / (double) MAGNIFIED).isLessThan(edges[3] + 1);
            return "cut";
        }
        for (int i = 0; i < 4; i++) {
            assertThat(edges[i]).as("edge " + i).isCloseTo(seen[i] / (double) MAGNIFIED, within(1.0));
        }
        return "whole";
    }

    private static Box box(Row row) {
        List<Box> boxes = ((Labels.Boxes) row.labels()).boxes();
        return boxes.isEmpty() ? null : boxes.get(0);
    }

    private static double[] edges(Box box, int width, int height) {
        return new double[] {box.xmin() * width, box.ymin() * height, box.xmax() * width, box.ymax() * height};
    }

    private static boolean touchesAnEdge(double[] edges, int width, int height, Fit fit) {
        boolean touches = edges[0] < 1 || edges[1] < 1 || edges[2] > width - 1 || edges[3] > height - 1;
        return touches || (fit == Fit.LETTERBOX && barTouched(edges, width, height));
    }

    /** In a letterbox the image ends at bars whose place the test does not know: what lies deep inside cannot touch them. */
    private static boolean barTouched(double[] edges, int width, int height) {
        return edges[0] < 0.3 * width || edges[1] < 0.3 * height || edges[2] > 0.7 * width || edges[3] > 0.7 * height;
    }

    @Test
    void shouldFitTheMarkExactlyThroughScaledDecodingAndOrientation() throws Exception {
        long seed = Seed.of(this);
        for (int orientation = 1; orientation <= 8; orientation++) {
            // The mark lies upright at 200..400 x 120..220 of 800 x 480; the file stores it turned.
            byte[] file = ExifJpeg.withOrientation(
                    Images.jpeg(Images.turnedBack(Images.mark(800, 480, 200, 120, 400, 220), orientation)),
                    orientation);
            Labels boxes = new Labels.Boxes(List.of(new Box("mark", 0.25f, 0.25f, 0.5f, 120 / 480f + 100 / 480f)));
            Policy policy = Policy.NONE.with(new Flip(), 0.5);
            try (Rows rows = new Rows(60, 100, 1, policy)) {
                for (int epoch = 0; epoch < 4; epoch++) {
                    Row row = rows.row(Rows.encoded("turned" + orientation, file, boxes), seed, epoch);
                    int[] seen = extent(row, 100, 60);
                    Box box = ((Labels.Boxes) row.labels()).boxes().get(0);
                    assertThat(box.xmin() * 100)
                            .as("orientation " + orientation)
                            .isCloseTo(seen[0], within(1f));
                    assertThat(box.xmax() * 100).isCloseTo(seen[2], within(1f));
                    assertThat(box.ymin() * 60).isCloseTo(seen[1], within(1f));
                    assertThat(box.ymax() * 60).isCloseTo(seen[3], within(1f));
                }
            }
        }
    }

    @Property(tries = 100)
    void shouldMapBoxesBackThroughCropFlipJitterAndLetterbox(
            @ForAll boolean jitter, @ForAll boolean letterbox, @ForAll long seed) throws Exception {
        Policy policy = Policy.NONE.with(new Crop(0.1, 0.2, 0.9, 0.8)).with(new Flip(), 0.5);
        policy = jitter ? policy.with(new DarknetJitter(0.1)) : policy;
        policy = letterbox ? policy.withFit(Fit.LETTERBOX, Border.GREY) : policy;
        Sample sample = mark(260, 220, 420, 330);
        try (Rows rows = new Rows(150, 210, 1, policy)) {
            Row row = rows.row(sample, seed, 0);
            Box original = ((Labels.Boxes) sample.labels()).boxes().get(0);
            Box back = row.mapping().toOriginal(box(row));
            assertThat(back.xmin()).isCloseTo(original.xmin(), within(1e-5f));
            assertThat(back.ymin()).isCloseTo(original.ymin(), within(1e-5f));
            assertThat(back.xmax()).isCloseTo(original.xmax(), within(1e-5f));
            assertThat(back.ymax()).isCloseTo(original.ymax(), within(1e-5f));
        }
    }

    @Test
    void shouldReturnToTheSameImageAfterTwoFlips() throws Exception {
        byte[] pixels = new byte[9 * 7 * 3];
        Seed.random(Seed.of(this)).nextBytes(pixels);
        Sample sample = Rows.raw("x", 7, 9, 3, pixels, new Labels.Steering(0.25f));
        try (Rows once = new Rows(7, 9, 3, Policy.NONE.with(new Flip()));
                Rows twice = new Rows(7, 9, 3, Policy.NONE.with(new Flip()).with(new Flip()))) {
            Row flipped = once.row(sample, 1, 0);
            assertThat(flipped.labels()).isEqualTo(new Labels.Steering(-0.25f));
            for (int y = 0; y < 7; y++) {
                for (int x = 0; x < 9; x++) {
                    assertThat(flipped.at(y, 8 - x, 1, 9, 3)).isEqualTo(pixels[(y * 9 + x) * 3 + 1] & 0xff);
                }
            }
            assertThat(twice.row(sample, 1, 0).pixels()).isEqualTo(pixels);
            assertThat(twice.row(sample, 1, 0).labels()).isEqualTo(sample.labels());
        }
    }

    @Test
    void shouldSteerAgainstWhatTheGeometryDid() {
        SteeringRule rule = new SteeringRule(2, 1);
        Homography placement = new Homography();
        placement.reset(320, 160);
        placement.move(1, 0, 16, 0, 1, 0, 0, 0, 1);
        assertThat(rule.angle(0.1f, placement))
                .as("the view 16 of 320 to the right")
                .isCloseTo(0.2f, within(1e-6f));
        placement.flip();
        assertThat(rule.angle(0.1f, placement)).as("then flipped").isCloseTo(-0.2f, within(1e-6f));
        placement.move(1, 0, 16, 0, 1, 0, 0, 0, 1);
        assertThat(rule.angle(0.1f, placement)).as("then moved back").isCloseTo(-0.1f, within(1e-6f));

        placement.reset(320, 160);
        double angle = Math.toRadians(10);
        placement.moveAboutMiddle(Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle));
        double shift = Math.sin(angle) * 40 / 320;
        assertThat(rule.angle(0f, placement)).as("turned").isCloseTo((float) (2 * shift), within(1e-6f));

        placement.reset(320, 160);
        placement.window(100, 0, 100, 160);
        assertThat(rule.angle(0.3f, placement)).as("another camera").isEqualTo(0.3f);
        placement.randomWindow(0, 0, 50, 160);
        assertThat(rule.angle(0.3f, placement)).as("held at the limit").isEqualTo(1f);
    }

    @Test
    void shouldMoveEachSideOfDarknetsCropEvenlyWithinTheJitter() {
        List<Double> lefts = new ArrayList<>();
        List<Double> rights = new ArrayList<>();
        Homography placement = new Homography();
        RandomStream random = new RandomStream(Seed.of(this));
        for (int i = 0; i < 20_000; i++) {
            placement.reset(1000, 500);
            new DarknetJitter(0.2).place(placement, random);
            double left = -placement.element(0, 2);
            lefts.add(left);
            rights.add(1000 - left - placement.width());
            assertThat(left).isEqualTo(Math.rint(left)).isBetween(-200.0, 200.0);
            assertThat(placement.height()).isBetween(300.0, 700.0);
        }
        for (List<Double> side : List.of(lefts, rights)) {
            double mean = side.stream().mapToDouble(v -> v).average().orElseThrow();
            double square = side.stream().mapToDouble(v -> v * v).average().orElseThrow();
            assertThat(mean).isCloseTo(0, within(5.0));
            assertThat(Math.sqrt(square)).as("deviation of U(-200, 200)").isCloseTo(200 / Math.sqrt(3), within(3.0));
        }
        double product = 0;
        for (int i = 0; i < lefts.size(); i++) {
            product += lefts.get(i) * rights.get(i) / lefts.size();
        }
        assertThat(product).as("the sides move on their own").isCloseTo(0, within(500.0));
    }

    @Test
    void shouldRepeatTheEdgeOutsideTheImage() throws Exception {
        byte[] pixels = {10, 20, 30, 40};
        Policy wide = Policy.NONE.with(new Crop(-0.5, -0.5, 1.5, 1.5));
        try (Rows rows = new Rows(4, 4, 1, wide)) {
            assertThat(rows.row(Rows.raw("x", 2, 2, 1, pixels, Labels.NONE), 1, 0)
                            .pixels())
                    .containsExactly(10, 10, 20, 20, 10, 10, 20, 20, 30, 30, 40, 40, 30, 30, 40, 40);
        }
        try (Rows rows = new Rows(4, 4, 1, wide.withFit(Fit.STRETCH, new Border(false, 7, 0, 0)))) {
            assertThat(rows.row(Rows.raw("x", 2, 2, 1, pixels, Labels.NONE), 1, 0)
                            .pixels())
                    .containsExactly(7, 7, 7, 7, 7, 10, 20, 7, 7, 30, 40, 7, 7, 7, 7, 7);
        }
    }
}
