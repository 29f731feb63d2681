package org.batchmill.benchmarks.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.jobs.options.PolicyName;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;

/**
 * One training, or a rank of one, in a process of its own: prints the images a second of each epoch, and the most memory that the process
 * took, in MiB.
 */
final class TimedTraining {

    private static final int BATCH = 16;

    private TimedTraining() {}

    public static void main(String[] arguments) throws Exception {
        TrainOptions options = TrainOptions.of(TaskKind.YOLO);
        options.data().data = arguments[0];
        options.data().split = "train";
        options.input().batch = BATCH;
        options.input().policy = new PolicyName("none");
        options.optimization().model = "yolo-v1-mini";
        options.optimization().epochs = Integer.valueOf(arguments[1]);
        options.gang().ranks = arguments[2].equals(GangOptions.ENVIRONMENT) ? GangOptions.ENVIRONMENT : null;
        options.run().run = Files.createTempDirectory("timed").resolve("run");
        Rates rates = new Rates();
        new TrainJob(options, JobListener.SILENT).hook(rates).run();
        if (rates.isEmpty()) {
            Runtime.getRuntime().halt(0); // not rank 0
        }
        for (double rate : rates.ofEpochs(Integer.parseInt(arguments[1]))) {
            System.out.printf(Locale.ROOT, "%.2f ", rate);
        }
        System.out.printf(Locale.ROOT, "%.0f%n", mostMemory());
        Runtime.getRuntime().halt(0); // the client of a store leaves threads behind
    }

    /** When steps were done: from the moment before the first, so that what a store takes to begin with counts. */
    private static final class Rates implements Hook {

        private final List<Long> times = new ArrayList<>();
        private final List<Integer> rows = new ArrayList<>();

        @Override
        public void onStarted(LoopControl loop) {
            times.add(System.nanoTime());
        }

        @Override
        public void onStepped(LoopControl loop, StepReport report, Batch batch) {
            times.add(System.nanoTime());
            rows.add(report.rows());
        }

        boolean isEmpty() {
            return rows.isEmpty();
        }

        double[] ofEpochs(int epochs) {
            double[] rates = new double[epochs];
            int steps = rows.size() / epochs;
            for (int epoch = 0; epoch < epochs; epoch++) {
                int from = epoch * steps;
                int to = from + steps;
                int images = rows.subList(from, to).stream()
                        .mapToInt(Integer::intValue)
                        .sum();
                rates[epoch] = images / ((times.get(to) - times.get(from)) * 1e-9);
            }
            return rates;
        }
    }

    /** From Linux's account of this process. */
    private static double mostMemory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        throw new IOException("/proc/self/status has no VmHWM");
    }
}
