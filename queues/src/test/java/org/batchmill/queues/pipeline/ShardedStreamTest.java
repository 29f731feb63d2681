package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("concurrent")
class ShardedStreamTest {

    private static List<Integer> rest(StreamSource<Integer> stream) throws Exception {
        List<Integer> elements = new ArrayList<>();
        while (true) {
            try {
                Integer element = stream.next();
                if (element == null) {
                    return elements;
                }
                elements.add(element);
            } catch (Ledger.BadElement e) {
                elements.add(-1);
            }
        }
    }

    @Test
    void shouldGiveEveryElementToOneTrainer() throws Exception {
        for (int count = 1; count < 6; count++) {
            List<Integer> all = new ArrayList<>();
            for (int shard = 0; shard < count; shard++) {
                all.addAll(rest(new ShardedStream<>(new NumberStream(23, n -> false), shard, count)));
            }
            assertThat(all)
                    .as("%s trainers", count)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 23).boxed().toList());
        }
    }

    @Test
    void shouldTellOnlyTheOwnerOfABadElement() throws Exception {
        assertThat(rest(new ShardedStream<>(new NumberStream(8, n -> n == 2 || n == 5), 0, 2)))
                .containsExactly(0, -1, 4, 6);
        assertThat(rest(new ShardedStream<>(new NumberStream(8, n -> n == 2 || n == 5), 1, 2)))
                .containsExactly(1, 3, -1, 7);
    }

    @Test
    void shouldGoOnFromEveryPlace() throws Exception {
        ShardedStream<Integer> stream = new ShardedStream<>(new NumberStream(20, n -> n % 7 == 3), 2, 3);
        List<String> places = new ArrayList<>();
        List<List<Integer>> rests = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            places.add(stream.position());
            ShardedStream<Integer> other = new ShardedStream<>(new NumberStream(20, n -> n % 7 == 3), 2, 3);
            other.seek(stream.position());
            rests.add(rest(other));
            try {
                stream.next();
            } catch (Ledger.BadElement expected) {
                // counts as one of this trainer's
            }
        }
        for (int i = 1; i < rests.size(); i++) {
            assertThat(rests.get(i))
                    .as("from %s", places.get(i))
                    .isEqualTo(rests.get(i - 1).subList(1, rests.get(i - 1).size()));
        }
        assertThatThrownBy(() -> stream.seek("17")).hasMessageContaining("17");
    }

    @Test
    void shouldFailWhereTheStreamDoesNotGetPastABadElement() {
        NumberStream stuck = new NumberStream(9, n -> false) {
            @Override
            public Integer next() throws IOException {
                throw new IOException("the disk is gone");
            }
        };
        assertThatThrownBy(() -> new ShardedStream<>(stuck, 3, 4).next()).hasMessage("the disk is gone");
    }
}
