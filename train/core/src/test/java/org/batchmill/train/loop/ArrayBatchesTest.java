package org.batchmill.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayBatchesTest {

    private static final List<Sample> FIVE = IntStream.range(0, 5)
            .mapToObj(i -> new Sample(
                    new SampleId("row" + i), new Content.Features(new float[] {i}), new Labels.Targets(new float[] {i
                    })))
            .toList();

    private static ArrayBatches batches() {
        return new ArrayBatches(Shape.vector(1), FIVE, 2, 2, 7L);
    }

    @Test
    void shouldGoOnBehindTheBatchOfAState() {
        ArrayBatches whole = batches();
        for (int batch = 0; batch < 6; batch++) {
            ArrayBatches resumed = batches();
            resumed.seek(whole.state());
            int rows = batch % 3 == 2 ? 1 : 2;
            var expected = whole.next();
            var next = resumed.next();
            assertThat(next.size()).as("batch %d", batch).isEqualTo(rows);
            for (int row = 0; row < rows; row++) {
                assertThat(next.id(row)).isEqualTo(expected.id(row));
            }
        }
        ArrayBatches ended = batches();
        ended.seek(whole.state());
        assertThat(ended.next()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1:2:3", "1:6", "1:-1", "-1:2", "1:x", "1:99999999999"})
    void shouldRefuseAPositionThatIsNoneOfItsOwn(String state) {
        ArrayBatches batches = batches();
        assertThatThrownBy(() -> batches.seek(state))
                .isInstanceOf(UsageException.class)
                .hasMessage("not a position in a table of 5 rows: " + state);
        assertThat(batches.state()).isEqualTo("0:0");
    }
}
