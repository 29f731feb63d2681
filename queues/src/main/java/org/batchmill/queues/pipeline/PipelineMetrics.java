package org.batchmill.queues.pipeline;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a pipeline did up to now. Times are in nanoseconds. Waiting counts from the delivery of the first batch on; what came
 * before is the start.
 *
 * @param startNanos     from the start to the delivery of the first batch
 * @param runNanos       from the delivery of the first batch to that of the last, or to the end
 * @param waitedNanos    the part of {@code runNanos} that the consumer waited in {@code next()}
 * @param samples        rows delivered
 * @param batches        batches delivered
 * @param bytes          size of the elements read, as they came from the source
 * @param skipped        elements left out, in restored parts too
 * @param workers        workers that get work now; 0 in cached mode, once its batch is made
 * @param prefetch       batches filled or ready ahead of the consumer
 * @param idleNanos      time that workers waited for something to do, summed over the workers
 * @param slotWaitNanos  time that workers waited for a free batch
 * @param batchesReady   batches that wait for the consumer now
 * @param inFlight       elements read, decoded or waiting for their row now
 * @param decodedBytes   memory of a decoded element, on average; 0 if the assembler does not count
 * @param batchBytes     memory of a batch; 0 if the assembler does not count
 * @param shuffleQuality how well equal keys are spread over the batches: 1 as good as a global shuffle, 0 each batch of one
 *                       key only; NaN without a key or while only one was seen
 * @param stages         what the workers did
 */
public record PipelineMetrics(
        long startNanos,
        long runNanos,
        long waitedNanos,
        long samples,
        long batches,
        long bytes,
        long skipped,
        int workers,
        int prefetch,
        long idleNanos,
        long slotWaitNanos,
        int batchesReady,
        int inFlight,
        long decodedBytes,
        long batchBytes,
        double shuffleQuality,
        List<Stage> stages) {

    /**
     * One kind of work.
     *
     * @param name      read, decode, write or seal
     * @param busyNanos summed over the workers
     * @param count     how many elements (of seal: batches) it was done for
     */
    public record Stage(String name, long busyNanos, long count) {}

    public PipelineMetrics {
        stages = List.copyOf(stages);
    }

    /** The part of the run in which the consumer waited, from 0 to 1; 0 before the second batch. */
    public double waitedShare() {
        return runNanos == 0 ? 0 : (double) waitedNanos / runNanos;
    }

    public double samplesPerSecond() {
        return perSecond(samples);
    }

    public double bytesPerSecond() {
        return perSecond(bytes);
    }

    private double perSecond(long count) {
        long nanos = startNanos + runNanos;
        return nanos == 0 ? 0 : count * 1e9 / nanos;
    }

    /** Milliseconds that a stage took for each sample drawn. */
    public double millisPerSample(Stage stage) {
        long drawn = stages.stream().mapToLong(Stage::count).max().orElse(0);
        return drawn == 0 ? 0 : stage.busyNanos() / 1e6 / drawn;
    }

    /**
     * One line: {@code training waited 3 % for data; slowest stage: decode, 8.1 ms a sample on 2 workers}, and the quality of the
     * shuffle where it was measured.
     */
    public String verdict() {
        return verdict(waitedShare());
    }

    /**
     * The same line for a consumer that measured its waiting itself.
     *
     * @param waitedShare 0 to 1
     */
    public String verdict(double waitedShare) {
        if (workers == 0) {
            return "data were free: one batch was served again and again";
        }
        String waited = String.format(Locale.ROOT, "training waited %.0f %% for data", 100 * waitedShare);
        String slowest = stages.stream()
                .filter(stage -> stage.busyNanos() > 0)
                .max(Comparator.comparingLong(Stage::busyNanos))
                .map(stage -> String.format(
                        Locale.ROOT,
                        "; slowest stage: %s, %.2g ms a sample on %d worker%s",
                        stage.name(),
                        millisPerSample(stage),
                        workers,
                        workers == 1 ? "" : "s"))
                .orElse("");
        String shuffled = Double.isNaN(shuffleQuality)
                ? ""
                : String.format(Locale.ROOT, "; shuffle quality %.2f", shuffleQuality);
        return waited + slowest + shuffled;
    }
}
