package org.batchmill.jobs.task;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.batchmill.augment.transform.Policy;
import org.batchmill.ingest.sources.kafka.SampleCheck;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.task.TaskDescription;

/**
 * All that a kind of task decides before there is a network: its defaults, its networks, its labels and its view of the data. What it
 * decides once there is one is in {@link NetworkTask}. Nothing outside this package asks which task it is. Implementations are immutable
 * and safe to share.
 */
public interface TaskDefinition {

    /** What the names of its models begin with. */
    String family();

    /** The model where nobody names one. */
    default String usualModel() {
        return family();
    }

    /** The names of its models, the usual one first. */
    default List<String> models() {
        return Models.names().stream()
                .filter(name -> name.equals(family()) || name.startsWith(family() + "-"))
                .sorted(Comparator.comparing(name -> !name.equals(usualModel())))
                .toList();
    }

    /** Whether the network says which class an image is of. */
    default boolean classifies() {
        return false;
    }

    /** Whether it learns with any network of images that a checkpoint has: its last layer is made for the classes. */
    default boolean takesNetworks() {
        return false;
    }

    /** The task's recipe as a network needs it; options that are given come on top. */
    default Recipe suited(Recipe recipe, Network network) {
        return recipe;
    }

    /** What {@link TaskDescription#kind()} is in its checkpoints. */
    String checkpointKind();

    /** The names of the classes where nobody says them; empty for none. */
    default List<String> usualClasses() {
        return List.of();
    }

    /**
     * Samples in a batch of a training where nobody says how many.
     *
     * @param options whose recipe may have a batch of its own
     * @param samples in the training data, 0 if that is open
     */
    int usualBatch(TrainOptions options, long samples);

    /** Samples in a batch: as many as were asked for, else the task's own. */
    default int batch(TrainOptions options, long samples) {
        Integer asked = options.input().batch;
        return asked == null ? usualBatch(options, samples) : asked;
    }

    /** The task of a network that was not trained. */
    NetworkTask untrained(Network network, List<String> classes);

    /** The task of a checkpoint. */
    NetworkTask restore(TaskDescription description);

    /**
     * Puts together what the options ask for, with the task's defaults.
     *
     * @param policy  the augmentation that the user names; null for the task's own
     * @param source  the training data as {@link InputView#show} gave it
     * @param resumed what the run goes on from, whose classes stay; null for a new run
     * @throws UsageException if the options contradict each other or the data
     */
    Learning learning(TrainOptions options, Policy policy, SampleSource source, Checkpoint resumed) throws IOException;

    /**
     * What the network that the options ask for is shown of the data.
     *
     * @throws UsageException if the options ask for what the task does not have
     */
    default InputView view(TrainOptions options) {
        if (options.frames().areGiven()) {
            throw new OptionException("{crop}, {colour}, {input-size}, {frames} and {frame-gap} are for steering");
        }
        return InputView.WHOLE;
    }

    /**
     * Whether a sample has the label that the task learns from: a message without it is bad, and should not end a training.
     *
     * @param classes the names that the network knows
     */
    SampleCheck labels(List<String> classes);

    /** The definition that a model is of; a table's for names that no task knows. */
    static TaskDefinition ofModel(String model) {
        for (TaskKind kind : TaskKind.values()) {
            if (kind.definition().models().contains(model)) {
                return kind.definition();
            }
        }
        return TaskKind.TABLE.definition();
    }
}
