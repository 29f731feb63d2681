package org.batchmill.train.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.batchmill.batches.Batch;
import org.batchmill.records.Content;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Shape;

/**
 * Batches of numbers that lie in memory: tables, and the small sets of lessons and tests. Rows are the {@link Content.Features} of
 * samples, in the order channels, height, width. The order of an epoch is a function of the seed and the epoch; the last batch of
 * an epoch may be smaller. Used by one thread.
 */
public final class ArrayBatches implements BatchStream {

    private final Shape shape;
    private final List<Sample> samples;
    private final int batchSize;
    private final Long seed;
    private final long epochs;
    private long epoch;
    private int position;
    private int[] order;

    /**
     * @param batchSize rows in a batch
     * @param epochs    how often every row is given, 0 for without end
     * @param seed      shuffles each epoch anew; null keeps the order of the list
     * @throws UsageException if there are no samples, or one does not hold as many numbers as {@code shape} says
     */
    public ArrayBatches(Shape shape, List<Sample> samples, int batchSize, long epochs, Long seed) {
        if (samples.isEmpty() || batchSize < 1) {
            throw new UsageException(samples.size() + " samples cannot make batches of " + batchSize);
        }
        for (Sample sample : samples) {
            values(sample, shape);
        }
        this.shape = shape;
        this.samples = List.copyOf(samples);
        this.batchSize = batchSize;
        this.epochs = epochs;
        this.seed = seed;
        this.order = orderOf(0);
    }

    /** The numbers of a row, refused if they are not as many as the shape says. */
    static float[] values(Sample sample, Shape shape) {
        if (!(sample.content() instanceof Content.Features features) || features.values().length != shape.size()) {
            throw new UsageException(sample.id() + " does not hold " + shape.size() + " numbers");
        }
        return features.values();
    }

    /**
     * Goes on behind the batch after which {@link #state()} gave this.
     *
     * @throws UsageException if it is none of this table's positions; the batches go on as before then
     */
    public void seek(String state) {
        String[] parts = state.split(":", -1);
        long itsEpoch = -1;
        int itsPosition = -1;
        try {
            if (parts.length == 2) {
                itsEpoch = Long.parseLong(parts[0]);
                itsPosition = Integer.parseInt(parts[1]);
            }
        } catch (NumberFormatException e) {
            itsEpoch = -1;
        }
        if (itsEpoch < 0 || itsPosition < 0 || itsPosition > samples.size()) {
            throw new UsageException("not a position in a table of " + samples.size() + " rows: " + state);
        }
        epoch = itsEpoch;
        position = itsPosition;
        order = orderOf(epoch);
    }

    @Override
    public Batch next() {
        if (position == samples.size()) {
            position = 0;
            epoch++;
            order = orderOf(epoch);
        }
        if (epochs > 0 && epoch >= epochs) {
            return null;
        }
        List<Sample> rows = new ArrayList<>();
        while (position < samples.size() && rows.size() < batchSize) {
            rows.add(samples.get(order[position++]));
        }
        return new ArrayBatch(shape, batchSize, rows);
    }

    private int[] orderOf(long itsEpoch) {
        int[] indexes = new int[samples.size()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = i;
        }
        if (seed != null) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 0x9e3779b97f4a7c15L + itsEpoch);
            for (int i = indexes.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int moved = indexes[i];
                indexes[i] = indexes[j];
                indexes[j] = moved;
            }
        }
        return indexes;
    }

    @Override
    public String state() {
        return epoch + ":" + position;
    }

    @Override
    public void close() {}
}
