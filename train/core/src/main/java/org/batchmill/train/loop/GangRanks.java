package org.batchmill.train.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Parameter;

/** The ranks of a gang, which do each step together. */
class GangRanks implements Ranks {

    private static final String STOP = "stop";
    private static final String GOING_ON = "on";
    private static final String STOPPED = "stopped";

    final Gang gang;
    private final long[] busyNanos;

    /** Null where batch norms go by this rank's rows. */
    private final SideBySide sideBySide;
    /** Null where sums follow the pass. */
    private final BucketSums buckets;

    /** @param overlap whether sums go on beside the pass, where the engine can and nothing else is exchanged in it */
    GangRanks(Gang gang, Program program, boolean overlap) {
        this.gang = gang;
        this.busyNanos = new long[gang.size()];
        this.sideBySide = program.spec().syncBatchNorm() ? new SideBySide(gang, program) : null;
        this.buckets = overlap && sideBySide == null && BucketSums.can(program) ? new BucketSums(gang, program) : null;
    }

    @Override
    public boolean writes() {
        return gang.writes();
    }

    @Override
    public void begin(Program program, long step, String position) throws IOException {
        gang.requireEqual("the positions in the data", position);
        gang.requireEqual("the layouts of gradients", program.gradientLayout());
        gang.requireEqual("the weights at step " + step, checksum(program));
    }

    /** Of everything that is trained: the rolling statistics of batch norm are each rank's own. */
    private static String checksum(Program program) {
        CRC32C crc = new CRC32C();
        for (Parameter parameter : program.spec().network().parameters()) {
            if (parameter.trainable()) {
                float[] values = program.parameter(parameter.name());
                ByteBuffer bytes =
                        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                crc.update(bytes);
            }
        }
        return Long.toHexString(crc.getValue());
    }

    @Override
    public Agreed agree(long step, Own own) throws IOException {
        List<String> words = gang.exchange(
                "step " + (step + 1),
                String.join(
                        "\n",
                        Double.toHexString(own.loss()),
                        Boolean.toString(own.ended()),
                        Boolean.toString(own.stop()),
                        Integer.toHexString(own.position().hashCode()),
                        Long.toString(own.busyNanos()),
                        own.leaves() == null ? "" : own.leaves()));
        double loss = 0;
        boolean stop = false;
        String[] first = words.get(0).split("\n", -1);
        // What rank 0 decided before the step comes before what the others did in the meantime.
        String leaves = first[5].isEmpty() ? null : first[5];
        boolean ended = Boolean.parseBoolean(first[1]);
        for (int rank = 0; rank < words.size(); rank++) {
            String[] word = words.get(rank).split("\n", -1);
            loss += Double.parseDouble(word[0]);
            stop |= Boolean.parseBoolean(word[2]);
            busyNanos[rank] += Long.parseLong(word[4]);
            if (leaves == null && !(word[1].equals(first[1]) && word[3].equals(first[3]))) {
                throw new IOException(
                        "step " + (step + 1) + ": rank " + rank
                                + " has other samples than rank 0: their data differ, or one of them could not read what the other could");
            }
        }
        return new Agreed(loss, leaves, ended, stop);
    }

    @Override
    public boolean sideBySide() {
        return sideBySide != null || buckets != null;
    }

    @Override
    public boolean wholeBatches() {
        return sideBySide != null;
    }

    @Override
    public void lastPiece() {
        if (buckets != null) {
            buckets.watch();
        }
    }

    @Override
    public double pass(Program program, int rows, Program.StepContext context, Gang.Pass work) throws IOException {
        if (buckets != null) {
            return buckets.pass(work);
        }
        return sideBySide == null ? work.run() : sideBySide.pass(rows, context, work);
    }

    @Override
    public void sum(Program program) {
        if (buckets == null) {
            program.<RuntimeException>exchangeGradients(gang::sum);
        }
    }

    @Override
    public String explanation(long step, String own) throws IOException {
        List<String> words = gang.exchange("what went wrong in step " + (step + 1), own == null ? "" : own);
        for (int rank = 0; rank < words.size(); rank++) {
            if (!words.get(rank).isEmpty()) {
                return "rank " + rank + ": " + words.get(rank);
            }
        }
        return own;
    }

    @Override
    public boolean evaluating(long step) throws IOException {
        return gang.exchange("the evaluation at step " + step, GOING_ON).contains(STOP);
    }

    @Override
    public Evaluator.Outcome evaluated(long step, Evaluator.Outcome own, BooleanSupplier stop) throws IOException {
        String told;
        do {
            told = gang.exchange("the evaluation at step " + step, writes() ? encoded(own) : told(stop))
                    .get(0);
        } while (told.equals(GOING_ON));
        return told.equals(STOPPED) ? null : decoded(told);
    }

    private static String told(BooleanSupplier stop) {
        return stop.getAsBoolean() ? STOP : GOING_ON;
    }

    private static String encoded(Evaluator.Outcome outcome) {
        if (outcome == null) {
            return STOPPED;
        }
        StringBuilder text =
                new StringBuilder().append(outcome.samples()).append('\n').append(outcome.loss());
        outcome.scores()
                .forEach((name, value) ->
                        text.append('\n').append(name).append('\n').append(value));
        return text.toString();
    }

    private static Evaluator.Outcome decoded(String text) {
        String[] lines = text.split("\n", -1);
        Map<String, Double> scores = new LinkedHashMap<>();
        for (int i = 2; i < lines.length; i += 2) {
            scores.put(lines[i], Double.valueOf(lines[i + 1]));
        }
        return new Evaluator.Outcome(Long.parseLong(lines[0]), Double.parseDouble(lines[1]), scores);
    }

    @Override
    public Checkpoint checkpoint(Path file) throws IOException {
        return GangCheckpoint.share(gang, file);
    }

    @Override
    public void tell(Throwable failure) {
        gang.tell(failure);
    }

    @Override
    public void end() {
        gang.end();
    }

    @Override
    public long waitedNanos() {
        return gang.waitedNanos();
    }

    @Override
    public GangReport report(double othersShare) {
        return new GangReport(gang.size(), othersShare, slowest(), null);
    }

    /** The rank that took the longest so far. */
    private int slowest() {
        int slowest = 0;
        for (int rank = 1; rank < busyNanos.length; rank++) {
            slowest = busyNanos[rank] > busyNanos[slowest] ? rank : slowest;
        }
        return slowest;
    }
}
