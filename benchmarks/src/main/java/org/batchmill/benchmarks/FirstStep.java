package org.batchmill.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;

/**
 * Where the time goes from the start of the JVM to the first step of a training: what whoever starts one waits for. Each part by the clock and
 * by the processor's time of the whole process, compilers and workers included; all is up to the loss of the step, behind which its summaries are
 * written. To be run as the launcher runs a training, with its options,
 * class path and archive of classes, so that both start alike; docs/performance.md has the command.
 *
 * <p>Arguments: the task, where its data is, then options of {@code train} as NAME=VALUE. The run folder is a new one below {@code runs/}.
 */
public final class FirstStep {

    private record Mark(String part, Duration clock, Duration processor) {}

    private final long began = System.nanoTime();
    private final List<Mark> marks = new ArrayList<>();

    private FirstStep() {}

    public static void main(String[] args) throws Exception {
        FirstStep measured = new FirstStep();
        measured.mark("the JVM, up to main");
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 2; i < args.length; i++) {
            String[] parts = args[i].split("=", 2);
            options.put(parts[0], parts[1]);
        }
        TrainOptions training = TrainOptions.of(TaskKind.byName(args[0])).with(options);
        training.data().data = args[1];
        measured.train(training, args);
    }

    private void train(TrainOptions options, String[] args) throws Exception {
        JobListener listener = new JobListener() {
            @Override
            public void progress(String what, long done, long total, String detail) {
                if (what.equals("training")) {
                    mark("the first step");
                }
            }

            @Override
            public void log(String line) {
                if (line.startsWith("model ")) {
                    mark("the engine: natives loaded, network compiled");
                } else if (marks.size() == 2) {
                    mark("the data opened and looked over");
                }
            }
        };
        mark("options read");
        new TrainJob(options, listener)
                .hook(new Hook() {
                    @Override
                    public void onStarted(LoopControl loop) {
                        mark("the run folder, the pipeline's threads");
                    }

                    @Override
                    public void onArrived(LoopControl loop, Batch batch) {
                        mark("the first batch");
                    }

                    @Override
                    public void onStepped(LoopControl loop, StepReport report, Batch batch) throws IOException {
                        mark("its summaries");
                        print(args);
                        Runtime.getRuntime().halt(0); // what follows is not measured
                    }
                })
                .run();
    }

    private void mark(String part) {
        marks.add(new Mark(
                part,
                Duration.ofNanos(System.nanoTime() - began),
                ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO)));
    }

    private void print(String[] args) throws IOException {
        try (ResultTable table = ResultTable.of(
                FirstStep.class,
                args,
                Column.text("part"),
                Column.number("ms", 0),
                Column.number("ms of processor", 0))) {
            // Asked last, since the answer has much to load; main began so long behind the JVM's start.
            Duration start = Duration.ofMillis(
                            ManagementFactory.getRuntimeMXBean().getUptime())
                    .minusNanos(System.nanoTime() - began);
            Duration clock = start.negated();
            Duration processor = Duration.ZERO;
            for (int i = 0; i < marks.size(); i++) {
                Mark mark = marks.get(i);
                if (i == marks.size() - 1) {
                    table.row("all", (double) clock.plus(start).toMillis(), (double) processor.toMillis());
                }
                table.row(mark.part(), (double) mark.clock().minus(clock).toMillis(), (double)
                        mark.processor().minus(processor).toMillis());
                clock = mark.clock();
                processor = mark.processor();
            }
        }
    }
}
