package org.batchmill.train.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.batchmill.batches.Batch;
import org.batchmill.train.engine.Program;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;
import org.batchmill.train.loop.TrainingResult;

/** Puts every layer's forward and backward pass and every step onto the timeline. The caller closes the writer. */
public final class TraceHook implements Hook {

    private static final String TRACK = "training";

    private final TraceWriter trace;
    private long stepStart;

    public TraceHook(TraceWriter trace) {
        this.trace = trace;
    }

    @Override
    public void onStarted(LoopControl loop) {
        loop.program().trace(this::layer);
        stepStart = System.nanoTime();
    }

    private void layer(Program.Span span) {
        try {
            trace.span(TRACK, span.pass(), span.layer(), span.operation(), span.startNano(), span.nanos());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onStepped(LoopControl loop, StepReport report, Batch batch) throws IOException {
        long now = System.nanoTime();
        trace.span(TRACK, "step", "step " + report.step(), stepStart, now - stepStart);
        trace.counter("images per second", report.pace().imagesPerSecond(), now);
        trace.counter("waiting %", 100 * report.pace().waitedShare(), now);
        stepStart = now;
    }

    @Override
    public void onEnded(LoopControl loop, TrainingResult result) {
        loop.program().trace(null);
    }
}
