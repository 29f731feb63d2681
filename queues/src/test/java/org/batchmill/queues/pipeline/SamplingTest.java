package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.batchmill.queues.random.SplitMix64;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Test;

class SamplingTest {

    private static List<Long> epoch(Sampling sampling, long seed, long epoch) {
        List<Long> indices = new ArrayList<>();
        for (long offset = 0; offset < sampling.epochLength(); offset++) {
            indices.add(sampling.index(seed, epoch, offset));
        }
        return indices;
    }

    private static List<Long> upTo(long size) {
        return LongStream.range(0, size).boxed().toList();
    }

    @Test
    void permutationShouldHoldTheLargestSizes() {
        for (long size : new long[] {1L << 40, (1L << 62) - 1, Long.MAX_VALUE}) {
            KeyedPermutation permutation = new KeyedPermutation(size, 1);
            for (long i = 0; i < 100; i++) {
                assertThat(permutation.apply(size - 1 - i)).isBetween(0L, size - 1);
            }
        }
    }

    @Test
    void permutationShouldPutEveryElementEverywhereEquallyOften() {
        long seed = Seed.of(this);
        for (int size : new int[] {2, 3, 5, 10, 17}) {
            int keys = 2000 * size;
            int[][] counts = new int[size][size];
            for (int key = 0; key < keys; key++) {
                KeyedPermutation permutation = new KeyedPermutation(size, SplitMix64.mix(seed, key));
                for (int i = 0; i < size; i++) {
                    counts[i][(int) permutation.apply(i)]++;
                }
            }
            double chiSquare = 0;
            for (int[] row : counts) {
                for (int count : row) {
                    chiSquare += (count - 2000.0) * (count - 2000.0) / 2000.0;
                }
            }
            // (size - 1)^2 degrees of freedom; seven standard deviations above the mean.
            double freedom = (size - 1.0) * (size - 1.0);
            assertThat(chiSquare).as("size %s", size).isLessThan(freedom + 7 * Math.sqrt(2 * freedom) + 14);
        }
    }

    @Test
    void permutationShouldSeparateNeighbours() {
        // In a random order of n, consecutive elements stay neighbours in the same direction about once in all.
        Sampling sampling = Sampling.permutation(10_000);
        List<Long> order = epoch(sampling, Seed.of(this), 0);
        int neighbours = 0;
        for (int i = 1; i < order.size(); i++) {
            neighbours += order.get(i) == order.get(i - 1) + 1 ? 1 : 0;
        }
        assertThat(neighbours).isLessThan(12);
    }

    @Test
    void shouldShuffleEachEpochAndSeedInItsOwnWay() {
        Sampling sampling = Sampling.permutation(100);
        assertThat(epoch(sampling, 1, 0)).isNotEqualTo(epoch(sampling, 1, 1)).isNotEqualTo(epoch(sampling, 2, 0));
        assertThat(epoch(sampling, 1, 0)).isEqualTo(epoch(Sampling.permutation(100), 1, 0));
    }

    @Test
    void windowShouldKeepElementsInTheirWindow() {
        List<Long> order = epoch(Sampling.window(25, 10), 3, 1);
        assertThat(order.subList(0, 10))
                .containsExactlyInAnyOrderElementsOf(upTo(10))
                .isNotEqualTo(upTo(10));
        assertThat(order.subList(20, 25)).containsExactlyInAnyOrder(20L, 21L, 22L, 23L, 24L);
    }

    @Test
    void shardsShouldNotOverlapAndBeTheWholeTogether() {
        for (Sampling whole : List.of(Sampling.permutation(103), Sampling.sequential(103), Sampling.window(103, 7))) {
            List<Long> all = new ArrayList<>();
            for (int shard = 0; shard < 4; shard++) {
                List<Long> part = epoch(whole.shard(shard, 4), 9, 2);
                assertThat(part.size()).isBetween(25, 26);
                all.addAll(part);
            }
            assertThat(all).containsExactlyInAnyOrderElementsOf(upTo(103));
        }
    }

    @Test
    void interleavingShouldReadSlicesSideBySide() {
        assertThat(epoch(new InterleavedSampling(10, 3), 0, 0)).containsExactly(0L, 4L, 7L, 1L, 5L, 8L, 2L, 6L, 9L, 3L);
        for (int slices : new int[] {1, 2, 7, 50, 60}) {
            assertThat(epoch(new InterleavedSampling(50, slices), 0, 0)).containsExactlyInAnyOrderElementsOf(upTo(50));
        }
    }

    @Test
    void mixtureShouldDrawFromEachSetInProportionToItsWeight() {
        Sampling mixture = Sampling.mixture(List.of(1046L, 50L, 3000L), List.of(1.0, 2.0, 1.0));
        assertThat(mixture.epochLength()).isEqualTo(4096);
        long seed = Seed.of(this);
        int[] counts = new int[3];
        for (long index : epoch(mixture, seed, 3)) {
            counts[index < 1046 ? 0 : index < 1096 ? 1 : 2]++;
        }
        assertThat(counts).containsExactly(1024, 2048, 1024); // four whole blocks
    }

    @Test
    void mixtureShouldGoThroughEachSetEvenly() {
        Sampling mixture = Sampling.mixture(List.of(100L, 7L), List.of(3.0, 1.0));
        Map<Long, Integer> counts = new HashMap<>();
        for (long epoch = 0; epoch < 20; epoch++) {
            epoch(mixture, 5, epoch).forEach(index -> counts.merge(index, 1, Integer::sum));
        }
        // 2140 draws; the block that is begun but not done gives the difference.
        for (long index = 0; index < 107; index++) {
            int expected = index < 100 ? 2140 * 3 / 4 / 100 : 2140 / 4 / 7;
            assertThat(counts.get(index)).as("draws of %s", index).isCloseTo(expected, within(3));
        }
    }

    @Test
    void balanceShouldDrawFromEachBinEquallyOften() {
        // 900 of class 0, 90 of class 1, 10 of class 2.
        Sampling balanced =
                Sampling.balanced(1000, index -> index < 900 ? 0 : index < 990 ? 1 : 2, Double.POSITIVE_INFINITY);
        int[] counts = new int[3];
        for (long epoch = 0; epoch < 30; epoch++) {
            epoch(balanced, 1, epoch).forEach(index -> counts[index < 900 ? 0 : index < 990 ? 1 : 2]++);
        }
        for (int count : counts) {
            assertThat(count).isCloseTo(10_000, within(150));
        }
    }

    @Test
    void balanceShouldNotRepeatTheElementsOfASmallBinBeyondTheLimit() {
        Sampling balanced = Sampling.balanced(1000, index -> index < 990 ? 0 : 1, 5);
        long ofSmall =
                epoch(balanced, 1, 0).stream().filter(index -> index >= 990).count();
        assertThat(ofSmall).isBetween(40L, 110L);
    }

    @Test
    void shouldRefuseWhatCannotBeMixed() {
        assertThatThrownBy(() -> Sampling.mixture(List.of(0L), List.of(1.0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sampling.mixture(List.of(1L), List.of(0.0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sampling.mixture(List.of(1L), List.of(Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sampling.mixture(List.of(), List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sampling.balanced(3, i -> i, 0.5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sampling.permutation(5).shard(5, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void concatenationShouldFindEachElementInItsSource() throws Exception {
        IndexedSource<String> source = IndexedSource.concat(List.of(
                IndexedSource.of(2, i -> "a" + i),
                IndexedSource.of(0, i -> "none"),
                IndexedSource.of(3, i -> "b" + i)));
        List<String> all = new ArrayList<>();
        for (long i = 0; i < source.size(); i++) {
            all.add(source.read(i));
        }
        assertThat(all).containsExactly("a0", "a1", "b0", "b1", "b2");
        assertThatThrownBy(() -> source.read(5)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
