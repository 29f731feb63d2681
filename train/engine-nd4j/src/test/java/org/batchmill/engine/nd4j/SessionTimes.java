package org.batchmill.engine.nd4j;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Times the forward and backward pass of models through SameDiff's own session, without an update: {@code SessionTimes MODEL:BATCH...}. What
 * the engine's own steps are compared with, which {@code bench train} times; it is here and not in benchmarks because ND4J's natives share
 * names with those that are on the class path there. See docs/engine-nd4j.md for the command.
 */
public final class SessionTimes {

    private static final int STEPS = 9;

    private SessionTimes() {}

    public static void main(String[] arguments) {
        for (String argument : arguments) {
            String[] parts = argument.split(":", -1);
            Network network = Models.byName(parts[0], ModelOptions.classes(parts[0].startsWith("yolo") ? 20 : 10));
            int rows = Integer.parseInt(parts[1]);
            OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
            long cpu = system.getProcessCpuTime();
            double[] times = session(network, rows);
            Arrays.sort(times);
            System.out.printf(
                    Locale.ROOT,
                    "%-16s b%-4d median %8.1f ms, fastest %8.1f ms, processor time of all %8.1f s%n",
                    parts[0],
                    rows,
                    times[times.length / 2],
                    times[0],
                    (system.getProcessCpuTime() - cpu) / 1e9);
        }
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
