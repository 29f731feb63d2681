package org.batchmill.benchmarks.gang;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.Median;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.jobs.model.TrialOptions;
import org.batchmill.jobs.model.TrialProgram;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.collective.CollectiveProvider;
import org.batchmill.train.collective.GangAddress;
import org.batchmill.train.engine.Engines;
import org.batchmill.train.engine.NativeFloats;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;

/**
 * Steps of a gang on this machine, ranks of one thread each, beside one process of as many threads, in one run: the sum of a model's
 * gradients beside a copy of as much memory, images a second of both, and, in a table of its own ({@link GangMachines}), what a step would
 * take on more machines.
 *
 * <p>Arguments: ranks, steps a measurement, then {@code MODEL:BATCH} for each, of which the batch is that of a rank.
 */
public final class GangSteps {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Of the sum that tells how fast ranks exchange here, whatever the model. */
    private static final int FLOATS = 1 << 22;

    private static final int TIMES = 9;

    /** Milliseconds of a part, the median; and bytes a millisecond that ranks exchange here, 0 for one process. */
    record Times(double pass, double sum, double update, double copy, long bytes, double speed) {

        double step() {
            return pass + sum + update;
        }
    }

    private GangSteps() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args[0].equals("rank")) {
            rank(args);
            return;
        }
        int ranks = Integer.parseInt(args[0]);
        int steps = Integer.parseInt(args[1]);
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("model, batch a rank"),
                Column.number("MB of gradients", 1),
                Column.number("copy ms", 2),
                Column.number("sum ms", 2),
                Column.number("sum to copy", 1),
                Column.number("gang img/s", 1),
                Column.number("one img/s", 1),
                Column.number("gang to one", 2),
                Column.number("compute share", 2)));
        Map<String, Times> measured = new LinkedHashMap<>();
        try (ResultTable table = ResultTable.of(GangSteps.class, args, columns.toArray(Column[]::new))) {
            for (String words : Arrays.asList(args).subList(2, args.length)) {
                String model = words.split(":", -1)[0];
                int batch = Integer.parseInt(words.split(":", -1)[1]);
                Times alone = measure(model, batch * ranks, ranks, steps, null);
                Times gang = gang(model, batch, ranks, steps);
                table.row(row(words, batch * ranks, alone, gang));
                measured.put(words, gang);
            }
        }
        GangMachines.write(args, ranks, measured);
    }

    private static Object[] row(String words, int images, Times alone, Times gang) {
        return new Object[] {
            words,
            gang.bytes / 1e6,
            gang.copy,
            gang.sum,
            gang.sum / gang.copy,
            1e3 * images / gang.step(),
            1e3 * images / alone.step(),
            alone.step() / gang.step(),
            (gang.pass + gang.update) / gang.step()
        };
    }

    /** Measures on rank 0, which is this process. */
    private static Times gang(String model, int batch, int ranks, int steps) throws IOException, InterruptedException {
        List<Process> others = new ArrayList<>();
        try {
            return joined(0, ranks, 0, model, batch, steps, port -> {
                for (int rank = 1; rank < ranks; rank++) {
                    others.add(start(rank, ranks, port, model, batch, steps));
                }
            });
        } finally {
            for (Process other : others) {
                other.waitFor();
            }
        }
    }

    private static Process start(int rank, int ranks, int port, String model, int batch, int steps) {
        try {
            return new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            GangSteps.class.getName(),
                            "rank",
                            Integer.toString(rank),
                            Integer.toString(ranks),
                            Integer.toString(port),
                            model,
                            Integer.toString(batch),
                            Integer.toString(steps))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void rank(String[] args) throws IOException, InterruptedException {
        joined(
                Integer.parseInt(args[1]),
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]),
                args[4],
                Integer.parseInt(args[5]),
                Integer.parseInt(args[6]),
                port -> {});
    }

    private static Times joined(
            int rank, int ranks, int port, String model, int batch, int steps, IntConsumer listening)
            throws IOException, InterruptedException {
        try (Collective collective = CollectiveProvider.installed()
                .join(new GangAddress(rank, ranks, "127.0.0.1", port, PATIENCE), listening)) {
            return measure(model, batch, 1, steps, collective);
        }
    }

    /** @param collective null for one process */
    private static Times measure(String model, int batch, int threads, int steps, Collective collective)
            throws IOException {
        EngineOptions engine = new EngineOptions();
        engine.engine = "onednn";
        engine.threads = threads;
        TrialOptions trial = new TrialOptions();
        trial.batch = batch;
        ProgramSpec spec = TrialProgram.spec(model, trial, engine);
        ByteBuffer input = TrialProgram.input(spec);
        float[] targets =
                new float[batch * spec.loss().targetSize(spec.network().output().size())];
        double[][] millis = new double[4][steps];
        long[] bytes = new long[1];
        double speed = collective == null ? 0 : speed(collective);
        try (Program program = TrialProgram.compile(spec, Engines.named(engine.engine), engine)) {
            // A third of them warms up.
            for (int step = -steps / 3; step < steps; step++) {
                int slot = Math.max(0, step);
                StepContext context = new StepContext(slot, 0, 1e-6);
                long start = System.nanoTime();
                program.accumulate(input, batch, targets, context);
                long passed = System.nanoTime();
                program.<RuntimeException>exchangeGradients(gradients -> {
                    bytes[0] = gradients.count() * Float.BYTES;
                    if (collective != null) {
                        // Waiting for a slower rank is not part of a sum.
                        collective.barrier(PATIENCE);
                        long met = System.nanoTime();
                        collective.sum(gradients, PATIENCE);
                        millis[1][slot] = (System.nanoTime() - met) / 1e6;
                    }
                    millis[3][slot] = copy(gradients);
                });
                long summed = System.nanoTime();
                program.update(context);
                millis[0][slot] = (passed - start) / 1e6;
                millis[2][slot] = (System.nanoTime() - summed) / 1e6;
            }
        }
        return new Times(
                Median.of(millis[0]),
                Median.of(millis[1]),
                Median.of(millis[2]),
                Median.of(millis[3]),
                bytes[0],
                speed);
    }

    /** Bytes a millisecond that each rank sends in a sum of its own. */
    private static double speed(Collective collective) {
        FloatBuffer values = ByteBuffer.allocateDirect(FLOATS * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        double[] millis = new double[TIMES];
        for (int i = 0; i < TIMES; i++) {
            collective.barrier(PATIENCE);
            long start = System.nanoTime();
            collective.sum(NativeFloats.ofHost(values), PATIENCE);
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        return GangMachines.sent(collective.size(), (long) FLOATS * Float.BYTES) / Median.of(millis);
    }

    /** Milliseconds that a copy of as much memory takes. */
    private static double copy(NativeFloats values) {
        FloatBuffer from = values.requireHost();
        FloatBuffer to = ByteBuffer.allocateDirect(from.capacity() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        to.put(0, from, 0, from.capacity()); // its pages are there from now on
        long start = System.nanoTime();
        to.put(0, from, 0, from.capacity());
        return (System.nanoTime() - start) / 1e6;
    }
}
