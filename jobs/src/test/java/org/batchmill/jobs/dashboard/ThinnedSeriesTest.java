package org.batchmill.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThinnedSeriesTest {

    private record Point(long step, double value) {}

    private static List<Point> points(ThinnedSeries series) {
        List<Point> points = new ArrayList<>();
        series.eachPoint((step, value) -> points.add(new Point(step, value)));
        return points;
    }

    /** In an event file there may be any numbers. */
    @Test
    void shouldPassOverStepsThatNoSeriesReachesTo() {
        ThinnedSeries series = new ThinnedSeries();
        series.add(Long.MIN_VALUE + 1, 1);
        series.add(Long.MAX_VALUE, 2);
        series.add(Long.MIN_VALUE + 2, 3);
        assertThat(points(series)).containsExactly(new Point(Long.MIN_VALUE + 1, 1), new Point(Long.MIN_VALUE + 2, 3));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 1023, 1024, 1025, 5000, 100_000})
    void shouldKeepWhatAPlainComputationKeeps(int count) {
        RandomGenerator random = Seed.random(Seed.of(this));
        List<Point> all = new ArrayList<>();
        ThinnedSeries series = new ThinnedSeries();
        long step = 1L + random.nextInt(1000);
        for (int i = 0; i < count; i++) {
            all.add(new Point(step, random.nextGaussian()));
            series.add(step, all.get(i).value());
            step += 1 + random.nextInt(3) / 2;
        }

        long first = all.get(0).step();
        long width = 1;
        while ((all.get(count - 1).step() - first) / width >= ThinnedSeries.MOST_BUCKETS) {
            width *= 2;
        }
        TreeMap<Long, List<Point>> buckets = new TreeMap<>();
        for (Point point : all) {
            buckets.computeIfAbsent((point.step() - first) / width, bucket -> new ArrayList<>())
                    .add(point);
        }
        List<Point> expected = new ArrayList<>();
        List<Double> means = new ArrayList<>();
        for (List<Point> bucket : buckets.values()) {
            Point least = bucket.get(0);
            Point most = bucket.get(0);
            double sum = 0;
            for (Point point : bucket) {
                least = point.value() < least.value() ? point : least;
                most = point.value() > most.value() ? point : most;
                sum += point.value();
            }
            TreeMap<Long, Point> kept = new TreeMap<>();
            for (Point point : List.of(least, most, bucket.get(bucket.size() - 1))) {
                kept.put(point.step(), point);
            }
            expected.addAll(kept.values());
            means.add(sum / bucket.size());
        }
        assertThat(points(series)).isEqualTo(expected);
        List<Double> found = new ArrayList<>();
        series.eachBucket(bucket -> found.add(bucket.mean()));
        assertThat(found).hasSameSizeAs(means);
        for (int i = 0; i < means.size(); i++) {
            assertThat(found.get(i)).isCloseTo(means.get(i), within(1e-9));
        }
        assertThat(series.isWhole()).isEqualTo(width == 1);
    }

    @Test
    void shouldBecomeCoarserWithoutChangingItself() {
        ThinnedSeries series = new ThinnedSeries();
        for (int i = 0; i < 1000; i++) {
            series.add(i, i % 100);
        }

        ThinnedSeries coarse = series.atMost(10);

        assertThat(points(series)).hasSize(1000);
        assertThat(points(coarse)).hasSizeLessThanOrEqualTo(30).contains(new Point(999, 99), new Point(0, 0));
        assertThat(coarse.atMost(1).latest().count()).isEqualTo(1000);
    }

    @Test
    void shouldCountWhatIsNotFiniteAndLeaveItOut() {
        ThinnedSeries series = new ThinnedSeries();
        series.add(1, Double.NaN);
        series.add(2, Double.POSITIVE_INFINITY);
        series.add(3, 7);

        assertThat(points(series)).containsExactly(new Point(3, 7));
        assertThat(series.notFinite()).isEqualTo(2);
    }

    @Test
    void shouldForgetWhatIsDoneAgain() {
        ThinnedSeries series = new ThinnedSeries();
        for (int i = 1; i <= 5; i++) {
            series.add(i, i);
        }
        series.cut(4);
        series.add(4, 40);

        assertThat(points(series)).containsExactly(new Point(1, 1), new Point(2, 2), new Point(3, 3), new Point(4, 40));
    }

    @Test
    void shouldBearAFileThatGoesBackwardsAndLeaps() {
        ThinnedSeries series = new ThinnedSeries();
        series.add(10, 1);
        series.add(Long.MAX_VALUE / 2, 2);
        series.add(3, 3);

        assertThat(points(series)).containsExactly(new Point(10, 1), new Point(Long.MAX_VALUE / 2, 2));
    }
}
