package org.batchmill.jobs.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.train.trace.TraceWriter;

/** Writes the spans and counters of a pipeline into a trace, and passes the rest on. Safe for use by many threads. */
final class TracedPipeline implements PipelineListener {

    private final PipelineListener next;
    private final TraceWriter trace;

    TracedPipeline(PipelineListener next, TraceWriter trace) {
        this.next = next;
        this.trace = trace;
    }

    @Override
    public void onSkipped(String name, Draw draw, Exception cause) {
        next.onSkipped(name, draw, cause);
    }

    @Override
    public void onWarning(String message) {
        next.onWarning(message);
    }

    @Override
    public boolean traces() {
        return true;
    }

    @Override
    public void onSpan(String name, long from, long to, long sequence) {
        try {
            trace.span(Thread.currentThread().getName(), "input", name, from, to - from);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onCounter(String name, long at, long value) {
        try {
            trace.counter(name, (double) value, at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
