package org.batchmill.benchmarks.engines;

import java.io.IOException;
import org.batchmill.jobs.bench.BenchTrainJob;
import org.batchmill.jobs.bench.BenchTrainOptions;
import org.batchmill.jobs.model.TrialOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.train.engine.Engines;

/** Our steps: prints milliseconds, and bytes that the process grew by. Arguments: case, threads, seconds, engine. */
final class EngineSteps {

    private EngineSteps() {}

    public static void main(String[] arguments) throws IOException {
        Case row = Case.parse(arguments[0]);
        EngineOptions options = new EngineOptions();
        options.engine = arguments[3];
        options.threads = Integer.parseInt(arguments[1]);
        Engines.named(options.engine);
        long before = Measured.memory("VmRSS");
        TrialOptions trial = new TrialOptions();
        trial.batch = row.batch();
        trial.predict = !row.training();
        BenchTrainOptions measuring = new BenchTrainOptions();
        measuring.model = row.model();
        measuring.seconds = Double.parseDouble(arguments[2]);
        double millis = BenchTrainJob.run(measuring, trial, options).stepMillis();
        System.out.println(millis + " " + (Measured.memory("VmHWM") - before));
    }
}
