package org.batchmill.engine.onednn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Await;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.junit.jupiter.api.Test;

/** Programs that are refused while they are made, as others are tried after them: nobody closes what never came to be. */
class RefusedProgramTest {

    private static Set<Thread> hostThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("onednn-host"))
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
                "vast",
                new Shape(1, 1, 1),
                List.of(new Layer.Upsample("up", 24_000, 24_000, Layer.Upsample.Mode.NEAREST)));

        assertThatThrownBy(() -> new OneDnnEngine().compile(spec(network)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("is larger than Java can look at");

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

        assertThatThrownBy(() -> new OneDnnEngine().compile(spec))
                .isInstanceOf(UsageException.class)
                .hasMessage("tf32 is the arithmetic of GPUs from Ampere on; a CPU has float32 and bfloat16");
    }

    @Test
    void shouldRefuseMoreRandomNumbersThanAnArrayHolds() {
        Network network = new Network("wide", Shape.vector(4), List.of(new Layer.Dropout("drop", .5f)));
        ProgramSpec spec = ProgramSpec.training(
                network,
                ProgramSpec.InputFormat.FLOAT32_NCHW,
                600_000_000,
                new MeanSquaredError(),
                new Optimizer.Sgd(),
                1);

        assertThatThrownBy(() -> new OneDnnEngine().compile(spec))
                .isInstanceOf(UsageException.class)
                .hasMessage("drop: 2400000000 random numbers are more than Java can look at; take a smaller batch");
    }
}
