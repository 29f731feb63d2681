package org.batchmill.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Await;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;

/** Programs that are refused while they are made, as others are tried after them: nobody closes what never came to be. */
class RefusedProgramTest {

    private static Set<Thread> hostThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("nd4j-host"))
                .collect(Collectors.toSet());
    }

    private static ProgramSpec spec(Network network) {
        return ProgramSpec.inference(network, ProgramSpec.InputFormat.FLOAT32_NCHW, 1).toBuilder()
                .threads(3)
                .build();
    }

    @Test
    void shouldLeaveNoThreadsBehind() throws Exception {
        Set<Thread> before = hostThreads();
        Network network = new Network(
                "frames",
                Shape.vector(3),
                2,
                List.of(new Layer.Dense("dense", 1, true, Initializer.ZEROS, Initializer.ZEROS)));

        assertThatThrownBy(() -> new Nd4jEngine().compile(spec(network)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("2 frames a sample need an LSTM layer");

        Set<Thread> left = new HashSet<>(hostThreads());
        left.removeAll(before);
        Await.until("those that it started have ended", () -> left.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void shouldRefuseTheArithmeticOfGpus() {
        Network network = new Network(
                "line",
                Shape.vector(1),
                List.of(new Layer.Dense("line", 1, true, Initializer.ZEROS, Initializer.ZEROS)));
        ProgramSpec spec =
                spec(network).toBuilder().precision(ProgramSpec.Precision.TF32).build();

        assertThatThrownBy(() -> new Nd4jEngine().compile(spec))
                .isInstanceOf(UsageException.class)
                .hasMessage("engine nd4j computes in float32 only");
    }
}
