package org.batchmill.jobs.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.FrameOptions;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.jobs.options.OptionField;
import org.batchmill.jobs.options.RunOptions;
import org.batchmill.jobs.options.TopicName;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.UsageException;

/**
 * What a training is asked to do. The groups may be filled in by the caller.
 *
 * @param task what is learnt
 */
public record TrainOptions(
        TaskKind task,
        DataOptions data,
        InputOptions input,
        FrameOptions frames,
        OptimizationOptions optimization,
        EngineOptions engine,
        RunOptions run,
        KafkaOptions kafka,
        GangOptions gang) {

    public TrainOptions {
        Objects.requireNonNull(task, "task");
    }

    /** Defaults for a task. */
    public static TrainOptions of(TaskKind task) {
        return new TrainOptions(
                task,
                new DataOptions(),
                new InputOptions(),
                new FrameOptions(),
                new OptimizationOptions(),
                new EngineOptions(),
                new RunOptions(),
                new KafkaOptions(),
                new GangOptions());
    }

    /** Everything that is declared as an option, with the values that it has here. */
    public List<OptionField> options() {
        return List.of(data, input, frames, optimization, engine, run, kafka, gang).stream()
                .flatMap(group -> OptionField.within(group).stream())
                .toList();
    }

    /** The options by their names on the command line: what {@code --config} takes back. Those of topics and of gangs only where there is one. */
    public Map<String, Object> byName() {
        Stream<OptionField> ofTopics = TopicName.isTopic(data.data) ? Stream.of() : OptionField.within(kafka).stream();
        Stream<OptionField> ofGangs = gang.ranks != null ? Stream.of() : OptionField.within(gang).stream();
        List<String> left =
                Stream.concat(ofTopics, ofGangs).map(OptionField::name).toList();
        Map<String, Object> all = new LinkedHashMap<>();
        for (OptionField option : options()) {
            Object value = option.written();
            if (value != null && !option.declaration().ofOneCall() && !left.contains(option.name())) {
                all.put(option.name(), value);
            }
        }
        return all;
    }

    /**
     * A copy in which some options have other values. The groups are copied too: nothing is shared with this.
     *
     * @param changes the values by the options' names on the command line, as texts that it would take
     * @throws UsageException if there is no such option, or the text is no value of it
     */
    public TrainOptions with(Map<String, String> changes) {
        TrainOptions copy = new TrainOptions(
                task,
                OptionField.copy(data),
                OptionField.copy(input),
                OptionField.copy(frames),
                OptionField.copy(optimization),
                OptionField.copy(engine),
                OptionField.copy(run),
                OptionField.copy(kafka),
                OptionField.copy(gang));
        Map<String, String> left = new LinkedHashMap<>(changes);
        for (OptionField option : copy.options()) {
            String text = option.declaration().ofOneCall() ? null : left.remove(option.name());
            if (text != null) {
                option.setText(text);
            }
        }
        if (!left.isEmpty()) {
            throw new UsageException("there is no option to change called "
                    + left.keySet().iterator().next());
        }
        return copy;
    }

    /**
     * Refuses what a training with these options would not look at.
     *
     * @param inGang whether it is one rank of several
     * @throws UsageException naming the first option that is given in vain
     */
    public void requireUse(boolean inGang) {
        UnusedOptions.refuse(this, inGang);
    }

    /** The same with what follows from the options themselves where nobody said it: a bad message of a topic does not end a training. */
    public TrainOptions resolved() {
        if (!TopicName.isTopic(data.data) || input.onError != null) {
            return this;
        }
        InputOptions patient = OptionField.copy(input);
        patient.onError = ErrorMode.QUARANTINE;
        return new TrainOptions(task, data, patient, frames, optimization, engine, run, kafka, gang);
    }
}
