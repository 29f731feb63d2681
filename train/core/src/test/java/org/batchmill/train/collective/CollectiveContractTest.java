package org.batchmill.train.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.batchmill.train.engine.NativeFloats;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of {@link Collective}. An implementation's module subclasses it. */
@Timeout(300)
@Tag("concurrent")
public abstract class CollectiveContractTest {

    /** Runs the same on each of so many ranks, and closes their collectives; what each gave or threw, by rank. */
    protected abstract <T> List<Callable<T>> run(int size, ThreadGang.Work<T> work) throws Exception;

    private <T> List<T> all(int size, ThreadGang.Work<T> work) throws Exception {
        List<T> values = new ArrayList<>();
        for (Callable<T> result : run(size, work)) {
            values.add(result.call());
        }
        return values;
    }

    private static FloatBuffer direct(float[] values) {
        return ByteBuffer.allocateDirect(values.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(values)
                .flip();
    }

    private static float[] values(FloatBuffer buffer) {
        float[] values = new float[buffer.capacity()];
        buffer.get(0, values);
        return values;
    }

    @Test
    void shouldShowAllRanksWhatOnePosts() throws Exception {
        String text = "a line\nand another \u00e4\u20ac";
        all(3, collective -> {
            assertThat(collective.posted("one")).isNull();
            collective.barrier(ThreadGang.PATIENCE);
            if (collective.rank() == 1) {
                collective.post("one", text);
            }
            collective.barrier(ThreadGang.PATIENCE);
            assertThat(collective.posted("one")).isEqualTo(text);
            collective.barrier(ThreadGang.PATIENCE);
            if (collective.rank() == 2) {
                collective.forget("one");
            }
            collective.barrier(ThreadGang.PATIENCE);
            assertThat(collective.posted("one")).isNull();
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldSumToTheSameBitsOnAllRanks(int size) throws Exception {
        long seed = Seed.of(this);
        List<float[]> first = all(size, collective -> sums(collective, seed));
        for (float[] rank : first) {
            assertThat(rank).containsExactly(first.get(0));
        }
        assertThat(all(size, collective -> sums(collective, seed)).get(0)).containsExactly(first.get(0));
        // Close to the sum in doubles.
        double[] expected = new double[first.get(0).length];
        for (int rank = 0; rank < size; rank++) {
            float[] drawn = drawn(rank, seed);
            for (int i = 0; i < drawn.length; i++) {
                expected[i] += drawn[i];
            }
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) first.get(0)[i]).isCloseTo(expected[i], within(1e-5));
        }
    }

    /** Of several lengths, one behind the other. */
    private static float[] sums(Collective collective, long seed) {
        FloatBuffer all = direct(drawn(collective.rank(), seed));
        int from = 0;
        for (int count : new int[] {1, 3, 1000, 65_537}) {
            collective.sum(NativeFloats.ofHost(all.slice(from, count)), ThreadGang.PATIENCE);
            from += count;
        }
        return values(all);
    }

    /** Ranks that wait for them at other moments, and say something in between. */
    @Test
    void shouldSumBesideTheCaller() throws Exception {
        long seed = Seed.of(this);
        float[] expected = all(3, collective -> sums(collective, seed)).get(0);
        for (float[] rank : all(3, collective -> {
            FloatBuffer all = direct(drawn(collective.rank(), seed));
            List<Collective.PendingSum> begun = new ArrayList<>();
            int from = 0;
            for (int count : new int[] {1, 3, 1000, 65_537}) {
                begun.add(collective.beginSum(NativeFloats.ofHost(all.slice(from, count)), ThreadGang.PATIENCE));
                from += count;
                if (count == 3 && collective.rank() == 1) {
                    begun.remove(0).await();
                }
            }
            assertThat(collective.gather("begun", ThreadGang.PATIENCE)).hasSize(3);
            for (Collective.PendingSum sum : begun) {
                sum.await();
            }
            return values(all);
        })) {
            assertThat(rank).containsExactly(expected);
        }
    }

    private static float[] drawn(int rank, long seed) {
        RandomGenerator random = Seed.random(seed + rank);
        float[] values = new float[1 + 3 + 1000 + 65_537];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - .5f;
        }
        return values;
    }

    @Test
    void shouldBroadcastFromAnyRank() throws Exception {
        for (float[] rank : all(3, collective -> {
            FloatBuffer values = direct(new float[] {collective.rank(), 10 + collective.rank()});
            collective.broadcast(NativeFloats.ofHost(values), 2, ThreadGang.PATIENCE);
            return values(values);
        })) {
            assertThat(rank).containsExactly(2, 12);
        }
    }

    @Test
    void shouldGatherTextsOfAnyLength() throws Exception {
        String[] texts = {"", "größer \u2603\nzwei Zeilen", "x".repeat(5000)};
        for (List<List<String>> rank : all(
                3,
                collective -> List.of(
                        collective.gather(texts[collective.rank()], ThreadGang.PATIENCE),
                        collective.gather("rank " + collective.rank(), ThreadGang.PATIENCE)))) {
            assertThat(rank.get(0)).containsExactly(texts);
            assertThat(rank.get(1)).containsExactly("rank 0", "rank 1", "rank 2");
        }
    }

    /** Ranks 1 and 2 send to rank 0 what it takes as it comes, by two tags, and get an answer; bits stay as they are. */
    @Test
    void shouldTakeMessagesFromAnyRankAndAnswer() throws Exception {
        int rounds = 50;
        List<Integer> answers = all(3, collective -> {
            FloatBuffer head = direct(new float[2]);
            FloatBuffer body = direct(new float[1000]);
            if (collective.rank() == 0) {
                int[] rounded = new int[3];
                for (int i = 0; i < 2 * rounds; i++) {
                    int from = collective.receive(NativeFloats.ofHost(head), Collective.ANY, 0, ThreadGang.PATIENCE);
                    assertThat(head.get(0)).isEqualTo(from);
                    assertThat(Float.floatToRawIntBits(head.get(1))).isEqualTo(0x7fc12345);
                    collective.receive(NativeFloats.ofHost(body), from, 1, ThreadGang.PATIENCE);
                    assertThat(body.get(999)).isEqualTo(rounded[from]++);
                    head.put(0, rounded[from]);
                    collective.send(NativeFloats.ofHost(head), from, 2, ThreadGang.PATIENCE);
                }
                // Who leaves ends what is received of any.
                collective.barrier(ThreadGang.PATIENCE);
                return 0;
            }
            int told = 0;
            for (int round = 0; round < rounds; round++) {
                head.put(0, collective.rank()).put(1, Float.intBitsToFloat(0x7fc12345));
                collective.send(NativeFloats.ofHost(head), 0, 0, ThreadGang.PATIENCE);
                body.put(999, round);
                collective.send(NativeFloats.ofHost(body), 0, 1, ThreadGang.PATIENCE);
                assertThat(collective.receive(NativeFloats.ofHost(head), 0, 2, ThreadGang.PATIENCE))
                        .isZero();
                told = (int) head.get(0);
            }
            collective.barrier(ThreadGang.PATIENCE);
            return told;
        });
        assertThat(answers).containsExactly(0, rounds, rounds);
    }

    @Test
    void shouldNotWaitForAMessageForEver() throws Exception {
        List<Callable<String>> late = run(2, collective -> {
            if (collective.rank() == 0) {
                collective.receive(NativeFloats.ofHost(direct(new float[3])), 1, 0, Duration.ofMillis(300));
            }
            return "";
        });
        assertThatThrownBy(late.get(0)::call)
                .isInstanceOf(LostRankException.class)
                .message()
                .isNotBlank()
                .doesNotContain("\n");
    }

    @Test
    void shouldNotWaitForEver() throws Exception {
        List<Callable<String>> late = run(2, collective -> {
            if (collective.rank() == 1) {
                return "did not come";
            }
            collective.gather("alone", Duration.ofMillis(300));
            return "";
        });
        assertThatThrownBy(late.get(0)::call)
                .isInstanceOf(LostRankException.class)
                .message()
                .isNotBlank()
                .doesNotContain("\n");
    }
}
