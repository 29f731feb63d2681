package org.batchmill.benchmarks;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.batchmill.batches.Batch;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.Median;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.dashboard.Dashboard;
import org.batchmill.jobs.dashboard.DashboardOptions;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;

/**
 * What a training loses to the dashboard that shows it: digits are learnt in one training, in parts of equal length, with a dashboard in
 * the same process whose page is open, and without, in turns. In place of the page stands a reader that is told of changes and then asks for
 * what the pages of scalars, input and images ask for together: what a browser draws is another process, mostly on another machine. Opening
 * the dashboard and reading what was written so far belongs to a part; what is compiled for the first time does not.
 *
 * <p>Arguments: steps of a part (400), pairs (11). Two parts go ahead and do not count.
 */
public final class DashboardCost {

    private static final int BATCH = 64;

    /** As in main.js. */
    private static final int REST = 10;

    private static final long LONGEST_REST = SECONDS.toNanos(5);

    private DashboardCost() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int steps = args.length > 0 ? Integer.parseInt(args[0]) : 400;
        int pairs = args.length > 1 ? Integer.parseInt(args[1]) : 11;
        Path run = Files.createTempDirectory("dashboard-cost").resolve("run");
        try (ResultTable table = ResultTable.of(
                DashboardCost.class,
                args,
                Column.number("steps a second", 2),
                Column.number("with a dashboard", 2),
                Column.number("with to without, median of pairs", 3),
                Column.number("least", 3),
                Column.number("most", 3))) {
            TrainOptions options = TrainOptions.of(TaskKind.DIGITS);
            options.data().data = "sample:digits";
            options.input().batch = BATCH;
            options.optimization().steps = 2L * steps * (pairs + 1) + 1;
            options.run().run = run;
            // As often in each part.
            options.run().evaluateSteps = (long) steps;
            options.run().checkpointSteps = (long) steps;
            try (Parts parts = new Parts(run, steps, pairs)) {
                new TrainJob(options, JobListener.SILENT).hook(parts).run();
                double[] shares = parts.shares();
                double[] sorted = shares.clone();
                Arrays.sort(sorted);
                table.row(
                        Median.of(parts.alone),
                        Median.of(parts.shown),
                        Median.of(shares),
                        sorted[0],
                        sorted[pairs - 1]);
            }
        }
    }

    /** Opens and closes the dashboard between steps, and measures between that. Used by the training's thread. */
    private static final class Parts implements Hook, AutoCloseable {

        private final Path run;
        private final int steps;
        private final double[] alone;
        private final double[] shown;
        private Dashboard dashboard;
        private long began;

        Parts(Path run, int steps, int pairs) {
            this.run = run;
            this.steps = steps;
            this.alone = new double[pairs];
            this.shown = new double[pairs];
        }

        @Override
        public void onStepped(LoopControl loop, StepReport report, Batch batch) throws IOException {
            // The first step is not measured.
            long done = report.step() - 1;
            if (done % steps != 0) {
                return;
            }
            int part = (int) (done / steps);
            long now = System.nanoTime();
            int pair = (part - 1) / 2 - 1;
            if (part > 0 && pair >= 0) {
                (dashboard == null ? alone : shown)[pair] = steps * 1e9 / (now - began);
            }
            // Who comes first changes, so that a machine that becomes slower favours nobody.
            boolean with = (part % 2 == 0) == (part / 2 % 2 == 0);
            began = System.nanoTime();
            show(with && part / 2 <= alone.length);
        }

        private void show(boolean with) throws IOException {
            close();
            if (with) {
                DashboardOptions options = new DashboardOptions();
                options.port = 0;
                Dashboard opened = Dashboard.open(List.of(run), options);
                dashboard = opened;
                WorkerThread.start("page", () -> watch(opened.address()), gone -> {});
            }
        }

        double[] shares() {
            double[] shares = new double[alone.length];
            Arrays.setAll(shares, pair -> shown[pair] / alone[pair]);
            return shares;
        }

        @Override
        public void close() {
            if (dashboard != null) {
                dashboard.close();
                dashboard = null;
            }
        }
    }

    /** Until the dashboard is closed. */
    private static void watch(String address) throws InterruptedException {
        try (BufferedReader events = new BufferedReader(
                new InputStreamReader(URI.create(address + "api/live").toURL().openStream(), StandardCharsets.UTF_8))) {
            for (String line = events.readLine(); line != null; line = events.readLine()) {
                // Before the first line of metrics.csv there is no run to ask for.
                if (line.contains("\"0\"")) {
                    long began = System.nanoTime();
                    read(address + "api/runs");
                    for (String question : List.of("scalars", "input", "tags", "scores")) {
                        read(address + "api/" + question + "?run=0");
                    }
                    NANOSECONDS.sleep(Math.min(LONGEST_REST, (System.nanoTime() - began) * REST));
                }
            }
        } catch (IOException e) {
            // The dashboard is closed: the training has ended.
        }
    }

    private static void read(String address) throws IOException {
        try (InputStream in = URI.create(address).toURL().openStream()) {
            in.readAllBytes();
        }
    }
}
