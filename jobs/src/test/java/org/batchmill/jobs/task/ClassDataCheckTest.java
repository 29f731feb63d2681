package org.batchmill.jobs.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassDataCheckTest {

    /** Classes that take turns: a look at every second, third or tenth sample would meet some of them alone. */
    private record Turns(long size, List<String> classes) implements SampleSource.Indexed {
        @Override
        public Sample read(long index) {
            throw new AssertionError("labels are enough");
        }

        @Override
        public Labels labels(long index) {
            return new Labels.ClassLabel(classes.get((int) (index % classes.size())));
        }

        @Override
        public void close() {}
    }

    private static List<String> classes(int count) {
        List<String> classes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            classes.add("c" + i);
        }
        return classes;
    }

    @ParameterizedTest
    @ValueSource(longs = {5_001, 10_000, 15_000, 50_000, 77_777})
    void shouldNotTakeTurnsForImbalance(long size) throws Exception {
        for (int count : new int[] {2, 3, 5, 10, 49}) {
            List<String> classes = classes(count);
            assertThat(ClassDataCheck.lines(new Turns(size, classes), classes))
                    .as("%d classes", count)
                    .singleElement()
                    .asString()
                    .endsWith(", of 5,000 samples looked at");
        }
    }

    @Test
    void shouldTellOfAClassThatIsNotThere() throws Exception {
        assertThat(ClassDataCheck.lines(new Turns(10, List.of("a", "b")), List.of("a", "b", "c")))
                .containsExactly(
                        "samples a class: a 5, b 5, c 0",
                        "the commonest class has 5 samples, the rarest 0: --balance classes draws them equally often");
    }
}
