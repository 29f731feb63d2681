package org.batchmill.jobs.train;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.batchmill.ingest.sources.kafka.BlockBoard;
import org.batchmill.ingest.sources.kafka.TopicSource;
import org.batchmill.ingest.sources.kafka.TopicStream;
import org.batchmill.jobs.input.DataDigest;
import org.batchmill.jobs.input.DataSets;
import org.batchmill.jobs.input.TrainingSets;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.jobs.options.TopicName;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.topic.Topics;
import org.batchmill.queues.pipeline.RowShare;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.collective.CollectiveProvider;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.collective.GangAddress;
import org.batchmill.train.loop.GangCheckpoint;
import org.batchmill.train.loop.Synchronization;
import org.batchmill.train.loop.TrainingLoopBuilder;
import org.batchmill.train.recipe.Recipe;

/** What a training job does otherwise when it is one rank of a gang; whoever is alone is one of these too. Closes what it formed. */
final class Rank implements AutoCloseable {

    /** Ranks that start one after the other, on machines that are busy, are waited for longer than ranks that learn. */
    private static final int PATIENCE = 4;

    /** Options that follow from a rank's machine, and may be others on each. */
    private static final Set<String> OF_THE_MACHINE = Set.of(
            "data",
            "val",
            "init",
            "model",
            "policy",
            "workers",
            "prefetch",
            "threads",
            "autotune",
            "max-workers",
            "max-input-memory",
            "decoded-cache",
            "memory",
            "gpu-memory",
            "log-devices",
            "trace");

    /** Null for whoever is alone. */
    private final Gang gang;

    /** Null if it is somebody else's. */
    private final Collective formed;

    private final GangOptions options;

    private Rank(Gang gang, Collective formed, GangOptions options) {
        this.gang = gang;
        this.formed = formed;
        this.options = options;
    }

    /**
     * Joins the gang that the options name.
     *
     * @param given      a gang that was formed by the caller, who closes it; null for none
     * @param environment names the rank where the options say so
     */
    static Rank of(GangOptions options, Collective given, Map<String, String> environment)
            throws IOException, InterruptedException {
        if (options.rankTimeout < 1 || options.maxRestarts < 0) {
            throw new OptionException("{rank-timeout} is at least 1 and {max-restarts} at least 0");
        }
        if (options.maxStaleness != null && (options.maxStaleness < 0 || !options.sync.isAsync())) {
            throw new OptionException("{max-staleness} is at least 0, and makes sense with {sync} async");
        }
        Duration deadline = Duration.ofSeconds(options.rankTimeout);
        if (given != null) {
            return new Rank(new Gang(given, deadline), null, options);
        }
        if (options.fromEnvironment()) {
            Collective formed = join(environment, deadline.multipliedBy(PATIENCE));
            return new Rank(new Gang(formed, deadline), formed, options);
        }
        if (options.processes() > 0 || options.onSpark()) {
            throw new OptionException(
                    "{ranks} {} starts processes, which is the command's to do: a program joins a gang of its own",
                    options.ranks);
        }
        return new Rank(null, null, options);
    }

    private static Collective join(Map<String, String> environment, Duration patience)
            throws IOException, InterruptedException {
        int rank = number(environment, "RANK");
        int size = number(environment, "WORLD_SIZE");
        String host = value(environment, "MASTER_ADDR");
        int port = number(environment, "MASTER_PORT");
        String told = environment.get(PortFile.VARIABLE);
        CollectiveProvider provider = CollectiveProvider.installed();
        if (told == null || port > 0) {
            return provider.join(new GangAddress(rank, size, host, port, patience));
        }
        Path file = Path.of(told);
        if (rank > 0) {
            port = PortFile.await(file, rank, patience);
        }
        return provider.join(
                new GangAddress(rank, size, host, port, patience), listening -> PortFile.write(file, listening));
    }

    private static String value(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new OptionException("{ranks} env needs {} in the environment, which is not there", name);
        }
        return value.strip();
    }

    private static int number(Map<String, String> environment, String name) {
        String value = value(environment, name);
        if (!value.matches("\\d{1,9}")) {
            throw new OptionException("{ranks} env: {} in the environment is a number, not {}", name, value);
        }
        return Integer.parseInt(value);
    }

    /** Null for whoever is alone. */
    Gang gang() {
        return gang;
    }

    /** Whether this is the rank that has the run folder. */
    boolean writes() {
        return gang == null || gang.writes();
    }

    boolean inGang() {
        return gang != null;
    }

    /** What is printed of it; empty for whoever is alone. */
    String describe() {
        return gang == null ? "" : "rank " + gang.rank() + " of " + gang.size();
    }

    /**
     * Requires that the options make sense in a gang, and that all ranks were given the same.
     *
     * @throws UsageException if they do not
     */
    void require(TrainOptions options) throws IOException {
        if (gang == null) {
            return;
        }
        if (options.gang().sync.kind() != Synchronization.Kind.STEP
                && (options.optimization().rollback > 0 || options.gang().syncBatchNorm)) {
            throw new OptionException(
                    "{rollback} and {sync-batch-norm} need ranks that agree in each step: not {sync} {}",
                    options.gang().sync);
        }
        if (asynchronous() && gang.size() < 2) {
            throw new OptionException(
                    "{sync} async needs {ranks} 2 or more: one holds the parameters, the others learn");
        }
        if (TopicName.isTopic(options.data().data)) {
            if (this.options.sync.kind() != Synchronization.Kind.STEP) {
                throw new OptionException(
                        "{ranks} learn from a topic together, step by step: not {sync} {}", this.options.sync);
            }
            Topics.nameGroup(options.kafka());
        }
        if (options.optimization().hardExamples != null) {
            throw new OptionException(
                    "{hard-examples} chooses among all rows of a batch, of which a rank has some: not with {ranks}");
        }
        if (options.input().shuffle instanceof Shuffle.Queue) {
            throw new OptionException(
                    "{shuffle} {} depends on timing, so that {ranks} would not agree on the order",
                    options.input().shuffle);
        }
        if (options.input().resources.decodedCacheFile != null && gang.size() > 1) {
            throw new OptionException(
                    "{decoded-cache-file} is one file, and {ranks} are several: give {decoded-cache} alone");
        }
        Map<String, Object> mine = new TreeMap<>(options.byName());
        mine.keySet().removeAll(OF_THE_MACHINE);
        mine.put("task", options.task());
        if (TopicName.isTopic(options.data().data)) {
            // Rank 0 is the group's member; the others have only the name in common with it.
            mine.remove("group");
        }
        mine.put("version", Objects.toString(Rank.class.getPackage().getImplementationVersion()));
        requireAlike("the options", mine);
    }

    /** Opens what {@code --data kafka:TOPIC} names: rank 0 reads the topic, and tells the others what it took, who take the same. */
    TopicStream openTopic(TrainOptions options, Path run) throws IOException, InterruptedException {
        if (gang == null) {
            return Topics.open(options, run);
        }
        options.kafka().group =
                gang.exchange("the group", options.kafka().group).get(0);
        BlockBoard board = new GangBoard(gang, gang.deadline());
        if (!gang.writes()) {
            return Topics.follow(options, board);
        }
        TopicSource topic = Topics.open(options, run);
        topic.tell(board);
        return topic;
    }

    /** Requires that what the options came to is the same on all ranks: what files of the same name hold, for instance. */
    void requireSame(ResolvedOptions resolved) throws IOException {
        if (gang != null) {
            requireAlike("what the options came to", resolved.resolved());
        }
    }

    private void requireAlike(String what, Map<String, Object> values) throws IOException {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (name, value) -> text.append(name).append(' ').append(value).append('\n'));
        requireAlike(gang.exchange(what, text.toString()));
    }

    private static void requireAlike(List<String> options) {
        List<String> first = options.get(0).lines().toList();
        for (int rank = 1; rank < options.size(); rank++) {
            List<String> its = options.get(rank).lines().toList();
            if (!its.equals(first)) {
                throw new UsageException("rank " + rank + " was started with other options than rank 0: "
                        + difference(its, first) + ", not " + difference(first, its));
            }
        }
    }

    /** What stands in a list and not in another. */
    private static String difference(List<String> lines, List<String> others) {
        return lines.stream().filter(line -> !others.contains(line)).findFirst().orElse("nothing");
    }

    /** Requires that all ranks found the same data. */
    void requireSameData(TrainingSets sets) throws IOException {
        if (gang != null) {
            gang.requireEqual("the data", DataSets.summary(sets.training(), sets.validation()));
            gang.requireEqual("some of the samples", DataDigest.of(sets.training()));
        }
    }

    /**
     * What this rank has of each batch; null for all of it.
     *
     * @throws UsageException if there is not a row for each rank
     */
    RowShare share(Recipe recipe) {
        if (gang == null) {
            return null;
        }
        if (asynchronous()) {
            // The others have whole batches, one beside the other; rank 0 learns nothing, and opens what the first of
            // them does.
            return gang.writes()
                    ? RowShare.of(0, Math.max(1, gang.size() - 1), batchOfAll(recipe))
                    : RowShare.of(gang.rank() - 1, gang.size() - 1, batchOfAll(recipe));
        }
        if (gang.size() > recipe.batch()) {
            throw new OptionException(
                    "a batch of {} cannot be shared among {} {ranks}: take a larger {batch}",
                    recipe.batch(),
                    gang.size());
        }
        return RowShare.of(gang.rank(), gang.size(), recipe.batch());
    }

    /** Whether rank 0 holds the parameters, and the others learn. */
    boolean asynchronous() {
        return gang != null && options.sync.isAsync();
    }

    /** Rows that all ranks together make of the data at a time. */
    int batchOfAll(Recipe recipe) {
        return asynchronous() ? Math.multiplyExact(recipe.batch(), Math.max(1, gang.size() - 1)) : recipe.batch();
    }

    /** Rows that the program is compiled for: the same on all ranks, so that their gradients lie alike. */
    int programRows(Recipe recipe) {
        return gang == null || asynchronous()
                ? recipe.rowsAtATime()
                : Math.min(recipe.rowsAtATime(), (recipe.batch() + gang.size() - 1) / gang.size());
    }

    /** Requires that gradients lie where the ranks can sum them. */
    void requireProcessor(String device) {
        if (gang != null && !device.equals("cpu")) {
            throw new OptionException(
                    "{ranks} sums gradients in the memory of processors, and those of {device} {} lie in its own, for which"
                            + " NCCL would be needed: take {device} cpu, or one process",
                    device);
        }
    }

    /**
     * Whether batch norms go by the rows of all ranks.
     *
     * @throws UsageException if batches are learnt in pieces, over which they would go
     */
    boolean syncBatchNorm(Recipe recipe) {
        if (options.syncBatchNorm && recipe.subdivisions() > 1) {
            throw new OptionException(
                    "{sync-batch-norm} goes by whole batches, and {subdivisions} {} cuts them: take {subdivisions} 1",
                    recipe.subdivisions());
        }
        return options.syncBatchNorm && gang != null;
    }

    /** Rank 0's checkpoint on all ranks. */
    Checkpoint shared(CheckpointFolder.Loaded loaded) throws IOException {
        if (gang == null) {
            return loaded == null ? null : loaded.checkpoint();
        }
        return GangCheckpoint.share(gang, loaded == null ? null : loaded.file());
    }

    void onto(TrainingLoopBuilder builder, Recipe recipe) {
        if (gang != null) {
            builder.gang(gang, recipe.rowsAtATime())
                    .overlapSums(options.overlapSums)
                    .synchronization(options.sync, options.maxStaleness == null ? -1 : options.maxStaleness);
        }
    }

    /** Tells the others why this rank ends. */
    void tell(Throwable failure) {
        if (gang != null) {
            gang.tell(failure);
        }
    }

    @Override
    public void close() {
        if (formed != null) {
            formed.close();
        }
    }
}
