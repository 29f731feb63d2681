package org.batchmill.it;

import java.nio.file.Path;
import java.util.Locale;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.jobs.train.TrainSummary;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;
import org.batchmill.train.optimize.Optimizer;

/** Trains PilotNet on a folder of drives, or on record files packed from it, and evaluates it on another. The page docs/java.md shows this class. */
public final class TrainPilotNet {
    public static void main(String[] arguments) throws Exception {
        TrainOptions options = TrainOptions.of(TaskKind.STEERING);
        options.data().data = arguments[0];
        options.data().val = arguments[1];
        options.input().batch = 32;
        options.optimization().model = "pilotnet";
        options.optimization().optimizer = new Optimizer.Adam(.9f, .999f, 1e-8f);
        options.optimization().lr = 1e-4;
        options.optimization().steps = Long.valueOf(arguments[3]);
        options.run().run = Path.of(arguments[2]);
        Hook everyTenth = new Hook() {
            @Override
            public void onStepped(LoopControl loop, StepReport report, Batch batch) {
                if (report.step() % 10 == 0) {
                    System.out.printf(Locale.ROOT, "step %d, loss %.4f%n", report.step(), report.loss());
                }
            }
        };
        TrainSummary summary =
                new TrainJob(options, JobListener.SILENT).hook(everyTenth).run();
        summary.lines().forEach(System.out::println);
    }
}
