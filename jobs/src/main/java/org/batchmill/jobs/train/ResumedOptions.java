package org.batchmill.jobs.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.batchmill.jobs.report.RunFiles;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.queues.pipeline.OtherOrderException;
import org.batchmill.records.OptionException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.monitor.RunConfig;

/** Whether a run can go on with the options that it is given now; where it cannot, the option that differs is named. */
final class ResumedOptions {

    /** What the order of the samples follows from, the likeliest cause first. */
    private static final List<String> OF_THE_ORDER = List.of(
            "seed",
            "shuffle",
            "balance",
            "max-repeat",
            "shard",
            "mix",
            "split",
            "val-share",
            "classes",
            "target",
            "camera-offset",
            "data",
            "format");

    private ResumedOptions() {}

    /**
     * Requires, before any data is opened, that the run has the task and the seed of the checkpoint that it goes on from.
     *
     * @throws OptionException if it has not
     */
    static void require(TrainOptions options, CheckpointFolder.Loaded loaded) {
        Checkpoint from = loaded.checkpoint();
        String kind = options.task().definition().checkpointKind();
        if (!from.task().kind().equals(kind)) {
            throw new OptionException(
                    "{resume}: {} is of {}, and cannot go on with {}",
                    loaded.file(),
                    from.task().kind(),
                    kind);
        }
        boolean drawsOn = !from.progress().data().isEmpty() && !options.input().resources.cached;
        if (drawsOn && from.progress().seed() != options.input().seed) {
            throw differs("seed", from.progress().seed(), options.input().seed);
        }
    }

    /** Names what differs from the options that the run was begun with; where none does, other data lie in the same place. */
    static OptionException otherOrder(TrainOptions options, Path run, OtherOrderException cause) throws IOException {
        Path config = run.resolve(RunFiles.CONFIG);
        Map<String, Object> before = Files.exists(config) ? RunConfig.read(config) : new TreeMap<>();
        Map<String, Object> now = options.byName();
        return OF_THE_ORDER.stream()
                .filter(name -> before.containsKey(name)
                        && !Objects.toString(before.get(name)).equals(Objects.toString(now.get(name))))
                .findFirst()
                .map(name -> differs(name, before.get(name), now.get(name)))
                .orElseGet(() -> new OptionException(
                        "{resume}: the samples of {data} are not those of before: {}", cause.getMessage()));
    }

    private static OptionException differs(String option, Object before, Object now) {
        return new OptionException("{resume} draws as the run did: {" + option + "} was {}, not {}", before, now);
    }
}
