package org.batchmill.train.loop;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.batchmill.batches.Batch;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.engine.StepRandom;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.task.Task;

/**
 * Chooses the rows of a batch that are worth learning: without replacement, with probabilities in proportion to their present losses,
 * by the keys {@code log(u) / loss} of Efraimidis and Spirakis (2006). Unlike taking the hardest rows alone (Shrivastava et al. 2016),
 * this leaves easy ones a chance, and a wrong label does not come up in every epoch for certain. Used by one thread.
 */
final class HardExamples {

    /** Names this use of the step's random numbers. */
    private static final String STREAM = "hard examples";

    /** Rows that are learnt to the last bit stay possible. */
    private static final double LEAST_LOSS = 1e-6;

    private final Program program;
    private final Task task;
    private final double share;

    HardExamples(Program program, Task task, double share) {
        this.program = program;
        this.task = task;
        this.share = share;
    }

    /** The rows to learn in a step, in their order; valid as long as {@code batch} is. */
    Batch choose(Batch batch, long step) throws IOException {
        int count = (int) Math.max(1, Math.round(share * batch.size()));
        if (count == batch.size()) {
            return batch;
        }
        double[] losses = losses(batch);
        StepRandom random = new StepRandom(program.spec().seed(), step, 0, STREAM);
        double[] keys = new double[losses.length];
        for (int row = 0; row < keys.length; row++) {
            // A loss that is not finite comes first: the step that learns it says so.
            double weight = Double.isFinite(losses[row]) ? Math.max(losses[row], LEAST_LOSS) : Double.MAX_VALUE;
            keys[row] = StrictMath.log(1 - random.uniform(row)) / weight;
        }
        int[] rows = IntStream.range(0, keys.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer row) -> -keys[row]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        return new ChosenRows(batch, rows);
    }

    private double[] losses(Batch batch) throws IOException {
        ProgramSpec spec = program.spec();
        Loss loss = spec.loss();
        int outputSize = spec.network().output().size();
        int targetSize = loss.targetSize(outputSize);
        float[] outputs = new Predictions(Predictor.of(program)).of(batch);
        float[] targets = new float[batch.size() * targetSize];
        task.encode(batch, targetSize, targets);
        double[] losses = new double[batch.size()];
        float[] unused = new float[outputSize];
        for (int row = 0; row < losses.length; row++) {
            losses[row] = loss.evaluate(
                    Arrays.copyOfRange(outputs, row * outputSize, (row + 1) * outputSize),
                    Arrays.copyOfRange(targets, row * targetSize, (row + 1) * targetSize),
                    1,
                    1,
                    unused);
        }
        return losses;
    }
}
