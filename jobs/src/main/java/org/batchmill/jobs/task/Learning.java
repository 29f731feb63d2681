package org.batchmill.jobs.task;

import java.io.IOException;
import java.util.List;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.jobs.PixelSize;
import org.batchmill.records.DataException;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.NetworkSurgery;
import org.batchmill.train.network.Shape;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.task.Task;

/**
 * What is trained, on what, and how: all that follows from the task, the data and the options.
 *
 * @param policy     the augmentation of training samples
 * @param evaluation what is done to samples that are only evaluated
 * @param format     how batches lie in memory
 */
public record Learning(
        Network network,
        NetworkTask networkTask,
        Recipe recipe,
        Policy policy,
        Policy evaluation,
        Batch.Format format) {

    /** How many samples there are; 0 if that is open. */
    static long size(SampleSource source) {
        return source instanceof SampleSource.Indexed indexed ? indexed.size() : 0;
    }

    public Task task() {
        return networkTask.core();
    }

    public Loss loss() {
        return networkTask.loss();
    }

    /**
     * Puts together what the options ask for.
     *
     * @param source  the training data
     * @param resumed what the run goes on from, whose classes and baseline stay; null for a new run
     * @param begun   the network that the run begins or goes on with, for where no model is asked for; null for none
     */
    public static Learning of(TrainOptions options, SampleSource source, Checkpoint resumed, Network begun)
            throws IOException {
        Learning plain =
                options.task().definition().learning(options, options.input().readPolicy(), source, resumed);
        if (begun != null
                && options.optimization().model == null
                && options.task().definition().takesNetworks()) {
            plain = plain.with(fitted(begun, plain.network().output().size(), options.frames().inputSize));
        }
        if (options.optimization().labelSmoothing != null
                && !options.task().definition().classifies()) {
            throw new OptionException("{label-smoothing} is for classify and digits");
        }
        plain = plain.with(options.task().definition().suited(plain.recipe(), plain.network()));
        boolean endless = source instanceof SampleSource.Stream && options.optimization().steps == null;
        Recipe recipe = endless ? plain.recipe().endless() : plain.recipe();
        return plain.with(RecipeOptions.onto(recipe, options.optimization()));
    }

    /** The names of the classes: those of the run that goes on, those that are asked for, or those of the data. */
    static List<String> classes(TrainOptions options, SampleSource source, Checkpoint resumed) throws DataException {
        if (resumed != null) {
            return resumed.task().classes();
        }
        List<String> classes = options.data().classes.isEmpty() ? source.classes() : options.data().classes;
        if (classes.isEmpty()) {
            throw new DataException(
                    DataException.Kind.MISSING, options.data().data, "names no classes: give them with --classes A,B");
        }
        return classes;
    }

    /** A network for so many classes, and for images of the size that is asked for. */
    private static Network fitted(Network network, int classes, PixelSize size) {
        try {
            return resized(NetworkSurgery.head(network, classes), size);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /** A network for images of the size that is asked for; null for its own. */
    static Network resized(Network network, PixelSize size) {
        try {
            return size == null
                    ? network
                    : NetworkSurgery.resized(
                            network, new Shape(network.input().channels(), size.height(), size.width()));
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    private Learning with(Network other) {
        return new Learning(other, networkTask, recipe, policy, evaluation, format);
    }

    private Learning with(Recipe other) {
        return new Learning(network, networkTask, other, policy, evaluation, format);
    }

    /** The shape of batches of so many rows. */
    public BatchShape shape(int rows) {
        return shapeOf(network, rows, format);
    }

    /** The batch shape that a network takes; a vector lies along the width, the frames of a sequence one below the other. */
    public static BatchShape shapeOf(Network network, int rows, Batch.Format format) {
        return network.input().isVector()
                ? new BatchShape(rows, 1, network.input().channels(), 1, format)
                : new BatchShape(
                        rows,
                        network.input().height() * network.timeSteps(),
                        network.input().width(),
                        network.input().channels(),
                        format);
    }

    /** The same layout in the engine's words. */
    public ProgramSpec.InputFormat inputFormat() {
        return inputFormat(format);
    }

    public static ProgramSpec.InputFormat inputFormat(Batch.Format format) {
        return ProgramSpec.InputFormat.valueOf(format.name());
    }
}
