package org.batchmill.jobs.task;

import static org.batchmill.jobs.task.TaskKind.CLASSIFY;
import static org.batchmill.jobs.task.TaskKind.DIGITS;
import static org.batchmill.jobs.task.TaskKind.LINE;
import static org.batchmill.jobs.task.TaskKind.STEERING;
import static org.batchmill.jobs.task.TaskKind.TABLE;
import static org.batchmill.jobs.task.TaskKind.YOLO;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.batchmill.jobs.options.OptionField;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.TopicName;
import org.batchmill.records.OptionException;

/** Refuses options that a training does not look at: whoever gives one expects something of it. */
final class UnusedOptions {

    private static final Set<TaskKind> OF_IMAGES = Set.of(YOLO, STEERING, CLASSIFY, DIGITS);

    /** Options that some tasks alone look at. Those of {@code FrameOptions} are refused by the tasks' views. */
    private static final Map<String, Set<TaskKind>> OF_TASKS = Map.of(
            "classes", Set.of(YOLO, CLASSIFY, DIGITS),
            "target", Set.of(LINE, TABLE),
            "camera-offset", Set.of(STEERING),
            "recipe", Set.of(YOLO, STEERING, CLASSIFY),
            "policy", OF_IMAGES,
            "frame-cache", OF_IMAGES,
            "max-pixels", OF_IMAGES,
            "decoded-cache", OF_IMAGES,
            "decoded-cache-file", OF_IMAGES);

    /** How long a gang waits, and how often it starts again, says nothing of what is learnt: who is alone may have that too. */
    private static final List<String> OF_GANGS = List.of(
            "sync", "sync-batch-norm", "overlap-sums", "spark-master", "spark-ranks", "spark-cores", "spark-config");

    private UnusedOptions() {}

    /**
     * Refuses the first that is given and not looked at. What a run that goes on has kept of topics, gangs and the like is left to it.
     *
     * @param inGang whether the training is one rank of several
     * @throws OptionException naming it, and what it belongs to
     */
    static void refuse(TrainOptions options, boolean inGang) {
        for (OptionField option : options.options()) {
            Set<TaskKind> tasks = OF_TASKS.get(option.name());
            if (tasks != null && !tasks.contains(options.task()) && option.isGiven()) {
                throw new OptionException(
                        "{" + option.name() + "} is for {}, not for {}", words(tasks), word(options.task()));
            }
        }
        if (options.run().resume) {
            return;
        }
        if (options.run().fallback) {
            throw new OptionException("{fallback} says what {resume} does, which is not given");
        }
        if (!TopicName.isTopic(options.data().data)) {
            OptionField.of(options.kafka())
                    .forEach(option -> refuse(options.kafka(), option.name(), "is for topics: {data} kafka:TOPIC"));
        } else {
            for (String name : List.of("split", "target", "camera-offset")) {
                refuse(options.data(), name, "is for files, not for topics");
            }
        }
        if (options.gang().ranks == null && !inGang) {
            OF_GANGS.forEach(name -> refuse(options.gang(), name, "is for gangs: give {ranks}"));
        }
        if (options.input().sampling.balance == null) {
            refuse(options.input().sampling, "max-repeat", "is for {balance}, which is not given");
        }
        if (options.data().cacheDir == null) {
            refuse(options.data(), "cache-size", "is for {cache-dir}, which is not given");
        }
    }

    private static void refuse(OptionGroup group, String name, String why) {
        OptionField.of(group).stream()
                .filter(option -> option.name().equals(name) && option.isGiven())
                .findFirst()
                .ifPresent(option -> {
                    throw new OptionException("{" + name + "} " + why);
                });
    }

    private static String words(Set<TaskKind> tasks) {
        List<String> names = tasks.stream().sorted().map(UnusedOptions::word).toList();
        return names.size() == 1
                ? names.get(0)
                : names.subList(0, names.size() - 1).stream().collect(Collectors.joining(", ")) + " and "
                        + names.get(names.size() - 1);
    }

    private static String word(TaskKind task) {
        return task.name().toLowerCase(Locale.ROOT);
    }
}
