package org.batchmill.jobs.input;

import java.io.IOException;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Tolerance;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.steering.SteeringInput;
import org.batchmill.jobs.task.SteeringLearning;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Network;
import org.batchmill.train.task.SteeringTask;
import org.batchmill.train.task.Task;

/**
 * Opens the data of a task. Steering is shown what its network sees of each frame; the samples of the others come as they are. The
 * caller closes what it opens. Immutable.
 *
 * @param steering null for other tasks
 */
public record TaskInput(SteeringInput steering) {

    public static TaskInput of(TrainOptions options) {
        if (options.task() == TaskKind.STEERING) {
            return new TaskInput(SteeringLearning.input(options));
        }
        if (options.frames().areGiven()) {
            throw new UsageException("--crop, --colour, --input-size, --frames and --frame-gap are for steering");
        }
        return new TaskInput(null);
    }

    public static TaskInput of(Network network, Task task) {
        return new TaskInput(task instanceof SteeringTask drive ? new SteeringInput(drive.view(), network) : null);
    }

    /** The samples to learn from; {@code tolerance} says what is borne. */
    public SampleSource training(DataOptions data, Tolerance tolerance) throws IOException {
        return DataSets.open(data, frames(data), tolerance);
    }

    /** The samples to validate on; null if there are none. */
    SampleSource validation(DataOptions data) throws IOException {
        return DataSets.openValidation(data, frames(data));
    }

    /** All samples that are named. */
    public SampleSource all(DataOptions data) throws IOException {
        return DataSets.openAll(data, frames(data), Tolerance.strict(data.classes()));
    }

    private SourceOptions.Frames frames(DataOptions data) {
        return steering == null ? DataSets.wholeFrames(data) : steering.decoding(data.frameCache());
    }

    /** What the network sees of a source, which the caller still closes. */
    public SampleSource show(SampleSource source) throws IOException {
        return steering == null ? source : steering.show(source);
    }

    /** @throws UsageException for drives, of which nothing is held out at random */
    public void refuseHoldout() {
        if (steering != null) {
            throw new UsageException(
                    "--holdout and --folds divide samples at random, and neighbouring frames of a drive are nearly the"
                            + " same picture: name whole drives with --val");
        }
    }
}
