package org.batchmill.queues.pipeline;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Counts what a pipeline does. Guarded by the lock of its {@link AssemblyLine}, which is held anyway where something is
 * counted: a count costs an addition, a time two readings of the clock for each stage of an element.
 */
final class Meter<T> {

    private final PipelineListener listener;
    private final boolean traces;
    private final ShuffleQuality quality;
    private final ToLongFunction<? super T> key;
    private final long start = System.nanoTime();

    private long readNanos;
    private long decodeNanos;
    private long decoded;
    private long writeNanos;
    private long written;
    private long sealNanos;
    private long sealed;
    private long idleNanos;
    private long slotWaitNanos;
    private long bytes;
    private long decodedBytes;
    private long batchBytes;
    private long samples;
    private long batches;
    private long waitedNanos;
    private long firstDelivery;
    private long lastDelivery;

    Meter(PipelineListener listener, ToLongFunction<? super T> key) {
        this.listener = listener;
        this.traces = listener.traces();
        this.key = key;
        this.quality = new ShuffleQuality(listener);
    }

    void decoded(long read, long decode, long size, long memory) {
        decodedBytes += memory;
        readNanos += read;
        decodeNanos += decode;
        bytes += size;
        decoded++;
    }

    void rowGiven(T element) {
        if (key != null) {
            quality.add(key.applyAsLong(element));
        }
    }

    void rowsComplete() {
        if (key != null) {
            quality.endBatch();
        }
    }

    void opened(long nanos, long memory) {
        batchBytes = memory;
        slotWaitNanos += nanos;
    }

    void written(long nanos) {
        writeNanos += nanos;
        written++;
    }

    void sealed(long nanos, int ready, int inFlight) {
        sealNanos += nanos;
        sealed++;
        depth(ready, inFlight);
    }

    void workerWaited(long nanos) {
        idleNanos += nanos;
    }

    void delivered(int rows, long from, long to, long index, int ready, int inFlight) {
        samples += rows;
        batches++;
        consumerWaited(from, to, index);
        depth(ready, inFlight);
    }

    void ended(long from, long to) {
        consumerWaited(from, to, batches);
    }

    private void consumerWaited(long from, long to, long index) {
        if (firstDelivery == 0) {
            firstDelivery = to;
        } else {
            waitedNanos += to - from;
        }
        lastDelivery = to;
        if (traces) {
            listener.onSpan("wait", from, to, index);
        }
    }

    private void depth(int ready, int inFlight) {
        if (traces) {
            long now = System.nanoTime();
            listener.onCounter("batches ready", now, ready);
            listener.onCounter("elements in flight", now, inFlight);
        }
    }

    PipelineMetrics snapshot(int workers, int prefetch, int ready, int inFlight, long skipped) {
        return new PipelineMetrics(
                new PipelineMetrics.Times(
                        (firstDelivery == 0 ? System.nanoTime() : firstDelivery) - start,
                        lastDelivery - firstDelivery,
                        waitedNanos),
                new PipelineMetrics.Counts(samples, batches, bytes, skipped),
                new PipelineMetrics.Workers(workers, idleNanos, slotWaitNanos),
                new PipelineMetrics.Queues(prefetch, ready, inFlight),
                new PipelineMetrics.Memory(decoded == 0 ? 0 : decodedBytes / decoded, batchBytes),
                key == null ? Double.NaN : quality.figure(),
                List.of(
                        new PipelineMetrics.Stage("read", readNanos, decoded),
                        new PipelineMetrics.Stage("decode", decodeNanos, decoded),
                        new PipelineMetrics.Stage("write", writeNanos, written),
                        new PipelineMetrics.Stage("seal", sealNanos, sealed)));
    }
}
