package org.batchmill.queues.pipeline;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a pipeline did up to now. Times are in nanoseconds. Waiting counts from the delivery of the first batch on; what came
 * before is the start.
 *
 * @param times          of the consumer
 * @param counts         of what came through
 * @param workers        who made it
 * @param queues         how much lies between the workers and the consumer
 * @param memory         what elements and batches take
 * @param shuffleQuality how well equal keys are spread over the batches: 1 as good as a global shuffle, 0 each batch of one
 *                       key only; NaN without a key or while only one was seen
 * @param stages         what the workers did
 */
public record PipelineMetrics(
        Times times,
        Counts counts,
        Workers workers,
        Queues queues,
        Memory memory,
        double shuffleQuality,
        List<Stage> stages) {

    /**
     * How long the consumer has had.
     *
     * @param startNanos  from the start to the delivery of the first batch
     * @param runNanos    from the delivery of the first batch to that of the last, or to the end
     * @param waitedNanos the part of {@code runNanos} that the consumer waited in {@code next()}
     */
    public record Times(long startNanos, long runNanos, long waitedNanos) {}

    /**
     * How much came through.
     *
     * @param samples rows delivered
     * @param batches batches delivered
     * @param bytes   size of the elements read, as they came from the source
     * @param skipped elements left out, in restored parts too
     */
    public record Counts(long samples, long batches, long bytes, long skipped) {}

    /**
     * The workers, and what they lost.
     *
     * @param count         that get work now; 0 in cached mode, once its batch is made
     * @param idleNanos     time that they waited for something to do, summed over them
     * @param slotWaitNanos time that they waited for a free batch
     */
    public record Workers(int count, long idleNanos, long slotWaitNanos) {}

    /**
     * What is on its way to the consumer.
     *
     * @param prefetch     batches filled or ready ahead of the consumer, at most
     * @param batchesReady batches that wait for the consumer now
     * @param inFlight     elements read, decoded or waiting for their row now
     */
    public record Queues(int prefetch, int batchesReady, int inFlight) {}

    /**
     * What things take in memory; 0 where the assembler does not count.
     *
     * @param decodedBytes a decoded element, on average
     * @param batchBytes   a batch
     */
    public record Memory(long decodedBytes, long batchBytes) {}

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
        return times.runNanos == 0 ? 0 : (double) times.waitedNanos / times.runNanos;
    }

    public double samplesPerSecond() {
        return perSecond(counts.samples);
    }

    public double bytesPerSecond() {
        return perSecond(counts.bytes);
    }

    private double perSecond(long count) {
        long nanos = times.startNanos + times.runNanos;
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
        if (workers.count == 0) {
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
                        workers.count,
                        workers.count == 1 ? "" : "s"))
                .orElse("");
        String shuffled = Double.isNaN(shuffleQuality)
                ? ""
                : String.format(Locale.ROOT, "; shuffle quality %.2f", shuffleQuality);
        return waited + slowest + shuffled;
    }
}
