package org.batchmill.engine.nd4j;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.optimize.Optimizer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Times training steps: {@code StepTimes MODEL:BATCH[:NCHW|:NHWC|:session|:trace]...}. With {@code session}, the forward and backward
 * pass through SameDiff's own session, without an update, of the same network. See docs/engine-nd4j.md for the command.
 */
public final class StepTimes {

    private static final int STEPS = 9;

    private StepTimes() {}

    public static void main(String[] arguments) {
        for (String argument : arguments) {
            String[] parts = argument.split(":", -1);
            Network network = Models.byName(parts[0], ModelOptions.classes(parts[0].startsWith("yolo") ? 20 : 10));
            int rows = Integer.parseInt(parts[1]);
            String how = parts.length > 2 ? parts[2] : "AUTO";
            OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
            long cpu = system.getProcessCpuTime();
            double[] times = how.equals("session") ? session(network, rows) : engine(network, rows, how);
            Arrays.sort(times);
            System.out.printf(
                    Locale.ROOT,
                    "%-16s b%-4d %-8s median %8.1f ms, fastest %8.1f ms, processor time of all %8.1f s%n",
                    parts[0],
                    rows,
                    how,
                    times[times.length / 2],
                    times[0],
                    (system.getProcessCpuTime() - cpu) / 1e9);
        }
    }

    private static double[] engine(Network network, int rows, String how) {
        ProgramSpec spec = ProgramSpec.training(
                        network,
                        ProgramSpec.InputFormat.UINT8_NHWC,
                        rows,
                        new MeanSquaredError(),
                        new Optimizer.Momentum(.9f),
                        1)
                .toBuilder()
                .l2(5e-4f)
                .dataFormat(how.equals("trace") ? ProgramSpec.DataFormat.AUTO : ProgramSpec.DataFormat.valueOf(how))
                .build();
        ByteBuffer input = ByteBuffer.allocateDirect(rows * network.input().size());
        float[] targets = new float[rows * network.output().size()];
        double[] times = new double[STEPS];
        try (Program program = new Nd4jEngine().compile(spec)) {
            Map<String, Long> spans = new TreeMap<>();
            for (int i = -2; i < STEPS; i++) {
                if (i == 0 && how.equals("trace")) {
                    program.trace(span -> spans.merge(span.layer() + " " + span.pass(), span.nanos(), Long::sum));
                }
                StepContext context = new StepContext(Math.max(0, i), 0, 1e-6);
                long start = System.nanoTime();
                program.accumulate(input, rows, targets, context);
                program.update(context);
                if (i >= 0) {
                    times[i] = (System.nanoTime() - start) / 1e6;
                }
            }
            spans.forEach(
                    (name, nanos) -> System.out.printf(Locale.ROOT, "  %-28s %8.2f ms%n", name, nanos / 1e6 / STEPS));
            System.out.printf(Locale.ROOT, "  %d MB%n", program.peakBytes() >> 20);
        }
        return times;
    }

    /** Dropout left out: the session has no masks of ours. */
    private static double[] session(Network network, int rows) {
        List<Layer> layers = new ArrayList<>(network.layers());
        layers.removeIf(Layer.Dropout.class::isInstance);
        Network plain = new Network(network.name(), network.input(), layers);
        SessionNetwork session = new SessionNetwork(plain, rows);
        INDArray input = Nd4j.create(
                DataType.FLOAT,
                rows,
                network.input().channels(),
                network.input().height(),
                network.input().width());
        INDArray targets = Nd4j.create(DataType.FLOAT, rows, network.output().size());
        double[] times = new double[STEPS];
        for (int i = -2; i < STEPS; i++) {
            long start = System.nanoTime();
            session.step(input, targets);
            if (i >= 0) {
                times[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        return times;
    }
}
