package org.batchmill.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsLogTest {

    private static final int LINES = 1000;

    @TempDir
    Path folder;

    private MetricsLog.Columns read(List<String> numbers) throws IOException {
        StringBuilder text = new StringBuilder("step,loss\n");
        for (int i = 0; i < numbers.size(); i++) {
            text.append(i).append(',').append(numbers.get(i)).append('\n');
        }
        Files.writeString(folder.resolve("metrics.csv"), text);
        Path real = folder.toRealPath();
        return new MetricsLog(new RunFile(real, real, "metrics.csv")).all(ThinnedSeries.MOST_BUCKETS);
    }

    private void same(List<String> numbers) throws IOException {
        List<Long> bits = new ArrayList<>();
        read(numbers).columns().get("loss").eachPoint((step, value) -> bits.add(Double.doubleToRawLongBits(value)));
        assertThat(bits)
                .containsExactlyElementsOf(numbers.stream()
                        .map(number -> Double.doubleToRawLongBits(Double.parseDouble(number)))
                        .toList());
    }

    @Test
    void shouldReadAnyNumberAsTheJdkDoes() throws IOException {
        RandomGenerator random = Seed.random(Seed.of(this));
        List<String> numbers = new ArrayList<>(List.of("0", "-0.0", ".5", "5.", "1E-3", "4.9E-324", "1e-400", "1e+5"));
        while (numbers.size() < LINES) {
            double value = Math.scalb(random.nextGaussian(), random.nextInt(2000) - 1000);
            numbers.add(Double.toString(value));
            numbers.add(Float.toString((float) random.nextGaussian()));
            numbers.add(random.nextLong(1_000_000_000_000_000_000L) + "E" + -random.nextInt(25));
        }
        same(numbers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", ".", "e5", "1e", "1e-", "1.2.3", "1x", "--1", "\u00e9"})
    void shouldCountLinesWithoutANumber(String text) throws IOException {
        MetricsLog.Columns columns = read(List.of("1", text, "2"));
        assertThat(columns.damaged()).isEqualTo(1);
        assertThat(columns.columns().get("loss").count()).isEqualTo(2);
    }

    @Test
    void shouldCountValuesThatAreNotFinite() throws IOException {
        MetricsLog.Columns columns = read(List.of("NaN", "Infinity", "-Infinity", "1e309", "1"));
        assertThat(columns.damaged()).isZero();
        assertThat(columns.columns().get("loss").notFinite()).isEqualTo(4);
    }
}
