package org.batchmill.train.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;

class CompressionTest {

    private static final Network NETWORK = new Network(
            "small", Shape.vector(4), List.of(new Layer.Dense("d", 2, true, Initializer.ZEROS, Initializer.ZEROS)));

    private static Map<String, float[]> parameters() {
        return Map.of(
                "d/weights", new float[] {.1f, -4, 3, -.2f, 1, 1.1f, -.9f, -1}, "d/biases", new float[] {.01f, .02f});
    }

    @Test
    void shouldPruneTheSmallestWeightsAndLeaveBiasesAlone() {
        Map<String, float[]> given = parameters();
        CompressedWeights pruned = Compression.pruned(NETWORK, given, .375);
        assertThat(pruned.parameters().get("d/weights")).containsExactly(0, -4, 3, 0, 1, 1.1f, 0, -1);
        assertThat(pruned.parameters().get("d/biases")).containsExactly(.01f, .02f);
        assertThat(pruned.zeros()).isEqualTo(3);
        assertThat(pruned.weights()).isEqualTo(8);
        assertThat(pruned.bitsBefore()).isEqualTo(320);
        assertThat(pruned.bitsAfter()).isEqualTo(5 * 48 + 64);
        assertThat(given.get("d/weights")).as("what was given").contains(.1f);
        assertThat(Compression.pruned(NETWORK, given, 0).zeros()).isZero();
        assertThatThrownBy(() -> Compression.pruned(NETWORK, given, 1)).isInstanceOf(UsageException.class);
    }

    @Test
    void shouldShareFewValues() {
        CompressedWeights shared = Compression.shared(NETWORK, parameters(), 1);
        float[] weights = shared.parameters().get("d/weights");
        assertThat(weights).hasSize(8);
        assertThat(List.of(weights[1], weights[2])).doesNotHaveDuplicates();
        long distinct = 0;
        for (int i = 0; i < 8; i++) {
            boolean first = true;
            for (int j = 0; j < i; j++) {
                first &= weights[i] != weights[j];
            }
            distinct += first ? 1 : 0;
        }
        assertThat(distinct).isEqualTo(2);
        assertThat(shared.bitsAfter()).isEqualTo(8 + 2 * 32 + 64);
        assertThat(Compression.shared(NETWORK, parameters(), 8).parameters().get("d/weights"))
                .as("enough values for all")
                .containsExactly(parameters().get("d/weights"), Offset.offset(.03f));
    }

    @Test
    void shouldKeepSignsAndTheMeanSizeOfEachFilter() {
        CompressedWeights binary = Compression.binarised(NETWORK, parameters());
        assertThat(binary.parameters().get("d/weights"))
                .containsExactly(new float[] {1.825f, -1.825f, 1.825f, -1.825f, 1, 1, -1, -1}, Offset.offset(1e-6f));
        assertThat(binary.bitsAfter()).isEqualTo(8 + 2 * 32 + 64);
        assertThat(binary.ratio()).isEqualTo(320.0 / 136);
    }
}
