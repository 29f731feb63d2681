package org.batchmill.benchmarks;

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
 * What a training loses to the dashboard that shows it: digits are learnt with a dashboard in the same process, whose page is open, and
 * without, in turns. In place of the page stands a reader that is told of changes and then asks for what the pages of scalars, input and
 * images ask for: what a browser draws is another process, mostly on another machine.
 *
 * <p>Arguments: steps of a training (300), pairs (11). The first steps of each, a tenth, do not count.
 */
public final class DashboardCost {

    private static final int BATCH = 64;

    private DashboardCost() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int steps = args.length > 0 ? Integer.parseInt(args[0]) : 300;
        int pairs = args.length > 1 ? Integer.parseInt(args[1]) : 11;
        Path folder = Files.createTempDirectory("dashboard-cost");
        double[] alone = new double[pairs];
        double[] shown = new double[pairs];
        double[] shares = new double[pairs];
        try (ResultTable table = ResultTable.of(
                DashboardCost.class,
                args,
                Column.number("steps a second", 2),
                Column.number("with a dashboard", 2),
                Column.number("with to without, median of pairs", 3),
                Column.number("least", 3),
                Column.number("most", 3))) {
            for (int pair = -1; pair < pairs; pair++) { // one to warm up
                // Who comes first changes, so that a machine that becomes slower favours nobody.
                boolean first = pair % 2 == 0;
                double one = speed(folder.resolve("run-" + pair + "-a"), steps, first);
                double other = speed(folder.resolve("run-" + pair + "-b"), steps, !first);
                if (pair >= 0) {
                    alone[pair] = first ? other : one;
                    shown[pair] = first ? one : other;
                    shares[pair] = shown[pair] / alone[pair];
                }
            }
            double[] sorted = shares.clone();
            Arrays.sort(sorted);
            table.row(Median.of(alone), Median.of(shown), Median.of(shares), sorted[0], sorted[pairs - 1]);
        }
    }

    private static double speed(Path run, int steps, boolean shown) throws IOException, InterruptedException {
        if (!shown) {
            return speed(run, steps);
        }
        DashboardOptions options = new DashboardOptions();
        options.port = 0;
        try (Dashboard dashboard = Dashboard.open(List.of(run), options)) {
            WorkerThread.start("page", () -> watch(dashboard.address()), gone -> {});
            return speed(run, steps);
        }
    }

    /** Steps a second. */
    private static double speed(Path run, int steps) throws IOException, InterruptedException {
        TrainOptions options = TrainOptions.of(TaskKind.DIGITS);
        options.data().data = "sample:digits";
        options.input().batch = BATCH;
        options.optimization().steps = (long) steps;
        options.run().run = run;
        int warmUp = steps / 10;
        long[] times = new long[2];
        new TrainJob(options, JobListener.SILENT)
                .hook(new Hook() {
                    @Override
                    public void onStepped(LoopControl loop, StepReport report, Batch batch) {
                        if (report.step() == warmUp) {
                            times[0] = System.nanoTime();
                        }
                        times[1] = System.nanoTime();
                    }
                })
                .run();
        return (steps - warmUp) * 1e9 / (times[1] - times[0]);
    }

    /** Until the dashboard is closed. */
    private static void watch(String address) {
        try (BufferedReader events = new BufferedReader(
                new InputStreamReader(URI.create(address + "api/live").toURL().openStream(), StandardCharsets.UTF_8))) {
            for (String line = events.readLine(); line != null; line = events.readLine()) {
                // Before the first line of metrics.csv there is no run to ask for.
                if (line.contains("\"0\"")) {
                    read(address + "api/runs");
                    for (String question : List.of("scalars", "input", "tags", "scores")) {
                        read(address + "api/" + question + "?run=0");
                    }
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
