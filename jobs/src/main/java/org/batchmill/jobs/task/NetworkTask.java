package org.batchmill.jobs.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.batchmill.jobs.report.RunSummary;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.network.Network;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.task.ClassificationTask;
import org.batchmill.train.task.SteeringTask;
import org.batchmill.train.task.Task;
import org.batchmill.train.task.TaskDescription;
import org.batchmill.train.task.TaskMetrics;

/**
 * All that a task decides once there is a network for it: loss, view of the data, drawing of predictions, what its metrics are called
 * and what it has to say of a data set. Implementations are immutable and safe to share.
 */
public interface NetworkTask {

    /** The task that a checkpoint was trained for. */
    static NetworkTask of(TaskDescription description) {
        for (TaskKind kind : TaskKind.values()) {
            if (kind.definition().checkpointKind().equals(description.kind())) {
                return kind.definition().restore(description);
            }
        }
        throw new UsageException("the checkpoint is of a task that is not known here: " + description.kind());
    }

    /** The same for the training loop. */
    Task core();

    Loss loss();

    /** The update rule that its models are measured with. */
    default Optimizer usualOptimizer() {
        return new Optimizer.Adam(.9f, .999f, 1e-8f);
    }

    /** The l2 coefficient that its models are measured with. */
    default float usualDecay() {
        return 0;
    }

    /** Whether a run stands for its last checkpoint even where a better one was validated: numbers are fitted to the end. */
    default boolean isFit() {
        return false;
    }

    /** What the network is shown of the data. */
    default InputView view(Network network) {
        return InputView.WHOLE;
    }

    /** What is worth knowing of a data set before it is learnt from, a line each; empty for nothing. */
    default List<String> check(SampleSource training) throws IOException {
        return List.of();
    }

    /** Draws the labels of a data set into the run folder, and says what it drew; empty for nothing. */
    default List<String> drawLabels(SampleSource training, Path run) throws IOException {
        return List.of();
    }

    /**
     * The hooks that its loop has beside those of all tasks.
     *
     * @param log takes lines for people
     */
    default List<Hook> hooks(Recipe recipe, Consumer<String> log) {
        return List.of();
    }

    /** Adds predictions to what a run came to; a chart becomes a file of the run folder too. */
    void draw(Predictions predictions, RunSummary summary, Path run) throws IOException, InterruptedException;

    /** How its predictions are drawn onto images; empty where there are none. */
    default Optional<PredictionDrawing> drawing() {
        return Optional.empty();
    }

    /**
     * What an evaluation found beside numbers by name, for JSON: curves, confusions, the worst samples; empty for nothing.
     *
     * @param metrics of {@link #core()}, filled
     */
    default Map<String, Object> detail(TaskMetrics metrics) {
        return Map.of();
    }

    /** Empty metrics of one evaluation. */
    default NetworkMetrics metrics() {
        return new NetworkMetrics(core(), core().metrics());
    }

    /**
     * Keeps each predicted angle.
     *
     * @throws UsageException if the task predicts none
     */
    default AnglePredictions angles() {
        throw new OptionException("{plot} and {predictions} are for steering");
    }

    /**
     * The task of a detector.
     *
     * @param checkpoint for the error
     * @throws UsageException if this is none
     */
    default DetectionTask detector(Path checkpoint) {
        throw new UsageException(checkpoint + " is not of a detector, but of "
                + core().description().kind());
    }

    /**
     * The task of a classifier of images.
     *
     * @param checkpoint for the error
     * @throws UsageException if this is none
     */
    default ClassificationTask classifier(Path checkpoint) {
        throw new UsageException(checkpoint + " is not of a classifier, but of "
                + core().description().kind());
    }

    /**
     * The task of a network that steers.
     *
     * @param checkpoint for the error
     * @throws UsageException if this does not
     */
    default SteeringTask driver(Path checkpoint) {
        throw new UsageException(checkpoint + " does not steer: it was trained for "
                + core().description().kind());
    }
}
