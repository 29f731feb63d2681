package org.batchmill.train.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Await;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;

/**
 * Programs that are refused while they are made, as others are tried after them: nobody closes what never came to be. An engine's module
 * subclasses it.
 */
public abstract class EngineRefusalTest {

    private static final Network LINE = new Network(
            "line", Shape.vector(1), List.of(new Layer.Dense("line", 1, true, Initializer.ZEROS, Initializer.ZEROS)));

    /** The engine under test. */
    protected abstract Engine engine();

    /** A network that is refused when the engine has started threads for it. */
    protected abstract Network refused();

    /** Words of the line that says so. */
    protected abstract String refusal();

    /** The line about the arithmetic of GPUs. */
    protected abstract String refusalOfTf32();

    private Set<Thread> hostThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(engine().name() + "-host"))
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

        assertThatThrownBy(() -> engine().compile(spec(refused())))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(refusal());

        Set<Thread> left = new HashSet<>(hostThreads());
        left.removeAll(before);
        Await.until("those that it started have ended", () -> left.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void shouldRefuseTheArithmeticOfGpus() {
        ProgramSpec spec =
                spec(LINE).toBuilder().precision(ProgramSpec.Precision.TF32).build();

        assertThatThrownBy(() -> engine().compile(spec))
                .isInstanceOf(UsageException.class)
                .hasMessage(refusalOfTf32());
    }
}
