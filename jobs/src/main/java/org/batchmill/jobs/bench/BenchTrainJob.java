package org.batchmill.jobs.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.model.TrialOptions;
import org.batchmill.jobs.model.TrialProgram;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Engines;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;

/** Measures the steps of a model on an engine, without data: forward, backward and update, or a prediction. Stateless. */
public final class BenchTrainJob {

    private static final int WARM_UP = 5;

    /** So few steps at least, however long they take. */
    private static final int LEAST_STEPS = 10;

    private BenchTrainJob() {}

    /**
     * What was measured.
     *
     * @param work       that was timed
     * @param stepMillis the median
     * @param peakBytes  of the program's own memory; -1 where the engine cannot tell
     * @param operations where the time goes, for people; empty unless asked for
     */
    public record Result(Work work, int steps, double stepMillis, long peakBytes, List<String> operations) {

        double imagesPerSecond() {
            return work.batch * 1000 / stepMillis;
        }

        /** One line, with the keys of docs/cli.md. */
        public String toJson() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("engine", work.engine);
            keys.put("model", work.model);
            keys.put("batch", work.batch);
            keys.put("threads", work.threads);
            keys.put("step_ms", stepMillis);
            keys.put("images_per_second", imagesPerSecond());
            keys.put("peak_bytes", peakBytes);
            keys.put("mode", work.mode);
            keys.put("steps", steps);
            return JsonLine.of(keys);
        }

        /** For people. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>(operations);
            lines.add(String.format(
                    Locale.ROOT,
                    "%s %s, batch %d, engine %s: %.2f ms a step (median of %d), %.0f images/s, %,d bytes",
                    work.mode,
                    work.model,
                    work.batch,
                    work.engine,
                    stepMillis,
                    steps,
                    imagesPerSecond(),
                    peakBytes));
            return lines;
        }
    }

    /**
     * Steps that were timed.
     *
     * @param mode    {@code train} or {@code predict}
     * @param threads that the engine had
     */
    public record Work(String engine, String mode, String model, int batch, int threads) {}

    /** Measures. */
    public static Result run(BenchTrainOptions options, TrialOptions trial, EngineOptions onEngine) throws IOException {
        Engine engine = Engines.named(onEngine.engine);
        ProgramSpec spec = TrialProgram.spec(options.model, trial, onEngine);
        ByteBuffer input = TrialProgram.input(spec);
        try (Program program = TrialProgram.compile(spec, engine, onEngine)) {
            Runnable step = trial.predict ? prediction(program, input) : trainingStep(program, input);
            double[] millis = measure(step, options.seconds);
            Arrays.sort(millis);
            return new Result(
                    new Work(
                            engine.name(),
                            trial.predict ? "predict" : "train",
                            options.model,
                            trial.batch,
                            onEngine.threads > 0
                                    ? onEngine.threads
                                    : Runtime.getRuntime().availableProcessors()),
                    millis.length,
                    millis[millis.length / 2],
                    program.peakBytes(),
                    options.operations ? timed(program, step, millis.length) : List.of());
        }
    }

    private static List<String> timed(Program program, Runnable step, int steps) {
        OperationTimes times = new OperationTimes();
        program.trace(times::add);
        for (int i = 0; i < steps; i++) {
            step.run();
            times.stepped();
        }
        program.trace(null);
        return times.lines();
    }

    private static Runnable trainingStep(Program program, ByteBuffer input) {
        ProgramSpec spec = program.spec();
        int rows = spec.batchSize();
        float[] targets =
                new float[rows * spec.loss().targetSize(spec.network().output().size())];
        // A rate of 0 would let an engine leave work out; a small one keeps the numbers finite.
        StepContext context = new StepContext(0, 0, 1e-9);
        return () -> {
            program.accumulate(input, rows, targets, context);
            program.update(context);
        };
    }

    private static Runnable prediction(Program program, ByteBuffer input) {
        ProgramSpec spec = program.spec();
        float[] outputs = new float[spec.batchSize() * spec.network().output().size()];
        return () -> program.predict(input, spec.batchSize(), outputs);
    }

    private static double[] measure(Runnable step, double seconds) {
        for (int i = 0; i < WARM_UP; i++) {
            step.run();
        }
        double[] millis = new double[100_000];
        long end = System.nanoTime() + (long) (seconds * 1e9);
        int count = 0;
        while (count < LEAST_STEPS || (System.nanoTime() < end && count < millis.length)) {
            long start = System.nanoTime();
            step.run();
            millis[count++] = (System.nanoTime() - start) * 1e-6;
        }
        return Arrays.copyOf(millis, count);
    }
}
