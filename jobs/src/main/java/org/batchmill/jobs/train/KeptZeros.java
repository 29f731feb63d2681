package org.batchmill.jobs.train;

import java.util.Locale;
import java.util.Map;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.model.ChosenCheckpoint;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.network.Parameter;

/**
 * What becomes of a compressed network in a training that starts from it: pruned weights stay 0 unless that is not wanted; shared and
 * binarised ones are lost. Checkpoints of such a training say so themselves, for those that start from them. Immutable.
 */
final class KeptZeros implements Hook {

    private final boolean kept;
    private final String compression;

    private KeptZeros(boolean kept, String compression) {
        this.kept = kept;
        this.compression = compression;
    }

    /**
     * Decides, and says what was decided.
     *
     * @param asked what the user wants; null for what the checkpoint says
     * @param from  what the training starts or goes on from; null for nothing
     */
    static KeptZeros of(Boolean asked, Checkpoint from, JobListener listener) {
        String compression =
                from == null ? "" : from.progress().states().getOrDefault(ChosenCheckpoint.COMPRESSION, "");
        boolean pruned = compression.startsWith(ChosenCheckpoint.PRUNED);
        boolean kept = asked == null ? pruned : asked;
        if (!compression.isEmpty() && !pruned) {
            listener.warn("the network was compressed (" + compression
                    + "), which training undoes: compress what it makes again");
        }
        if (from != null && (kept || pruned)) {
            listener.log(line(from, kept));
        }
        return new KeptZeros(kept, kept && !pruned ? ChosenCheckpoint.PRUNED : compression);
    }

    private static String line(Checkpoint from, boolean kept) {
        long zeros = 0;
        long all = 0;
        Map<String, float[]> parameters = from.parametersToPredict();
        for (Parameter parameter : from.network().parameters()) {
            if (parameter.role() == Parameter.Role.WEIGHTS) {
                for (float weight : parameters.get(parameter.name())) {
                    zeros += weight == 0 ? 1 : 0;
                    all++;
                }
            }
        }
        return String.format(
                Locale.ROOT,
                "%,d of %,d weights are 0 (%.1f %%) and %s",
                zeros,
                all,
                100.0 * zeros / Math.max(1, all),
                kept ? "stay 0; --no-keep-zeros lets them learn" : "learn like the others; --keep-zeros keeps them");
    }

    boolean kept() {
        return kept;
    }

    @Override
    public String stateName() {
        return ChosenCheckpoint.COMPRESSION;
    }

    @Override
    public String state() {
        return kept ? compression : "";
    }
}
