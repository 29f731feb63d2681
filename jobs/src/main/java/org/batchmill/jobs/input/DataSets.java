package org.batchmill.jobs.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.batchmill.ingest.sources.DataFormat;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.ingest.sources.Tolerance;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.Mix;
import org.batchmill.jobs.options.TopicName;
import org.batchmill.jobs.samples.DrawnSamples;
import org.batchmill.jobs.task.InputView;
import org.batchmill.records.DataException;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.Overwriting;

/** Opens what {@code --data} and {@code --val} name, for one job of the process at a time: where what stores give is kept is the process's. */
public final class DataSets {

    private static final String DRAWN = "sample:";

    private DataSets() {}

    /**
     * The samples to learn from; the caller closes them.
     *
     * @param view      what the network is shown
     * @param tolerance says what is tolerated, and counts it
     */
    public static SampleSource open(DataOptions options, InputView view, Tolerance tolerance) throws IOException {
        SourceOptions.Frames frames = view.frames(options);
        return mixed(openTraining(options, frames, tolerance), options, frames, tolerance);
    }

    private static SampleSource openTraining(DataOptions options, SourceOptions.Frames frames, Tolerance tolerance)
            throws IOException {
        String where = options.data;
        if (where == null) {
            throw new OptionException("{data} is missing: where are the samples?");
        }
        keep(options);
        refuseTopic(where);
        requireUse(options);
        if (where.startsWith(DRAWN)) {
            return drawn(where, options, false);
        }
        String split = options.split;
        if (split == null && options.val == null) {
            split = list(where, options, "train");
        }
        return Sources.open(where, source(options, split).withFrames(frames), tolerance);
    }

    /** All samples that are named, or those of the list that {@code --split} names, with the data sets that are mixed in. */
    public static SampleSource openMixed(DataOptions options) throws IOException {
        return mixed(openAll(options), options, InputView.WHOLE.frames(options), Tolerance.strict(options.classes));
    }

    /** For the whole process, which reads for one job at a time. */
    private static void keep(DataOptions options) throws IOException {
        if (options.cacheDir == null) {
            Places.keepNowhere(); // what the job before had asked for
        } else {
            Places.keepIn(options.cacheDir, options.cacheSize.count());
        }
    }

    /** Adds the data sets that {@code --mix} names; of those that have lists, the training list. */
    private static SampleSource mixed(
            SampleSource first, DataOptions options, SourceOptions.Frames frames, Tolerance tolerance)
            throws IOException {
        if (options.mix.isEmpty()) {
            return first;
        }
        List<MixedSamples.Part> parts = new ArrayList<>();
        try {
            parts.add(new MixedSamples.Part(indexed(first, options.data), 1));
            for (Mix each : options.mix) {
                DataOptions other = new DataOptions();
                other.data = each.where();
                other.format = each.where().startsWith(DRAWN) ? other.format : options.format;
                other.classes = options.classes;
                other.cacheDir = options.cacheDir;
                other.cacheSize = options.cacheSize;
                parts.add(new MixedSamples.Part(
                        indexed(openTraining(other, frames, tolerance), each.where()), each.weight()));
            }
            return new MixedSamples(parts);
        } catch (IOException | RuntimeException e) {
            first.close();
            for (MixedSamples.Part part : parts.subList(Math.min(1, parts.size()), parts.size())) {
                part.source().close();
            }
            throw e;
        }
    }

    private static SampleSource.Indexed indexed(SampleSource source, String where) throws IOException {
        if (source instanceof SampleSource.Indexed indexed && indexed.size() > 0) {
            return indexed;
        }
        source.close();
        throw new OptionException("{mix} mixes data sets of files: {} is a stream, or empty", where);
    }

    /** The samples to evaluate on: all that is named, or the list that {@code --split} names. */
    public static SampleSource openAll(DataOptions options, InputView view) throws IOException {
        return openAll(options, view, Tolerance.strict(options.classes));
    }

    private static SampleSource openAll(DataOptions options, InputView view, Tolerance tolerance) throws IOException {
        keep(options);
        refuseTopic(options.data);
        requireUse(options);
        return options.data.startsWith(DRAWN)
                ? drawn(options.data, options, true)
                : Sources.open(
                        options.data, source(options, options.split).withFrames(view.frames(options)), tolerance);
    }

    /** The same, with whole frames of videos. */
    public static SampleSource openAll(DataOptions options) throws IOException {
        return openAll(options, Tolerance.strict(options.classes));
    }

    /** As {@link #openAll(DataOptions)}; {@code tolerance} says what is tolerated, and counts it. */
    public static SampleSource openAll(DataOptions options, Tolerance tolerance) throws IOException {
        return openAll(options, InputView.WHOLE, tolerance);
    }

    /** The samples to send somewhere: all that is named, or the list that {@code --split} names; of drawn ones those to learn from. */
    public static SampleSource openToSend(DataOptions options) throws IOException {
        return options.data.startsWith(DRAWN)
                ? open(options, InputView.WHOLE, Tolerance.strict(options.classes))
                : openAll(options);
    }

    /** The samples to validate on: those named, else the data's own validation list; null if there are none. */
    static SampleSource openValidation(DataOptions options, InputView view) throws IOException {
        SourceOptions.Frames frames = view.frames(options);
        if (options.val != null) {
            return options.val.startsWith(DRAWN)
                    ? drawn(options.val, options, true)
                    : Sources.open(options.val, source(options, null).withFrames(frames));
        }
        String where = options.data;
        if (TopicName.isTopic(where)) {
            return null;
        }
        if (where.startsWith(DRAWN)) {
            return drawn(where, options, true);
        }
        String split = options.split == null ? list(where, options, "val", "t10k") : null;
        return split == null ? null : Sources.open(where, source(options, split).withFrames(frames));
    }

    /**
     * Why {@link #openValidation} finds nothing: the lists of the data contradict each other, or none of them is for it. A list of tests is
     * kept for the end: whoever validates on it, stops by it.
     */
    static String whyNoValidation(DataOptions options) throws IOException {
        String where = options.data;
        if (options.split != null) {
            return "no validation: --split names what is trained on; --val names what is validated on";
        }
        try {
            List<String> lists = Sources.lists(where, source(options, null));
            return "no validation: the data set has the lists " + String.join(", ", lists)
                    + ", none of them for it; --val names one, --val-share takes a share";
        } catch (DataException e) {
            return "no validation: " + e.where() + ": " + e.reason()
                    + "; --val names what to take, --val-share takes a share";
        }
    }

    /** Refuses options that the data has no use for. */
    private static void requireUse(DataOptions options) throws IOException {
        if (!options.data.startsWith(DRAWN)) {
            Sources.requireUse(options.data, source(options, null));
        } else if (options.format != DataFormat.AUTO
                || options.split != null
                || options.cameraOffset != null
                || !options.target.isEmpty()) {
            throw new OptionException(
                    "{format}, {split}, {target} and {camera-offset} are for data that lie somewhere, and {} is drawn",
                    options.data);
        }
    }

    private static SampleSource drawn(String where, DataOptions options, boolean validation) {
        return DrawnSamples.named(where.substring(DRAWN.length()), validation, options.classes);
    }

    /**
     * The first list of a data set whose name begins with one of these: MNIST's are called {@code train} and {@code t10k}, ours {@code
     * train10k} and {@code val5k}. Null if there is none, or only one list.
     */
    private static String list(String where, DataOptions options, String... beginnings) throws IOException {
        List<String> lists;
        try {
            lists = Sources.lists(where, source(options, null));
        } catch (DataException e) {
            // Not divided, or not there at all: opening it will tell.
            return null;
        }
        for (String beginning : beginnings) {
            for (String list : lists) {
                if (lists.size() > 1 && isCalled(list, beginning)) {
                    return list;
                }
            }
        }
        return null;
    }

    /** {@code train10k} and {@code emnist-digits-train} are lists to train on; {@code trainval} holds what is validated on. */
    private static boolean isCalled(String list, String word) {
        return (list.startsWith(word) && !list.startsWith("trainval")) || list.matches("(?s).*[-_.]" + word);
    }

    /**
     * Keeps a result from being written over what samples are read from.
     *
     * @param out null for a result that is not wanted
     * @throws UsageException if it is a file of the data, under whatever name
     */
    public static void refuseOver(Path out, DataOptions options) throws IOException {
        if (out == null || !Files.exists(out)) {
            return;
        }
        List<String> places = new ArrayList<>();
        places.add(options.data);
        places.add(options.val);
        options.mix.forEach(each -> places.add(each.where()));
        for (String where : places) {
            if (where != null && !where.startsWith(DRAWN) && !TopicName.isTopic(where)) {
                Overwriting.refuse(List.of(out), Sources.files(where).keySet());
            }
        }
    }

    private static void refuseTopic(String where) {
        if (TopicName.isTopic(where)) {
            throw new UsageException(
                    where + ": a topic is for train and pack kafka: pack a stretch of it into record files");
        }
    }

    private static SourceOptions source(DataOptions options, String split) {
        return SourceOptions.defaults()
                .withFormat(options.format)
                .withClasses(options.classes)
                .withTargets(options.target)
                .withSplit(split == null ? "" : split)
                .withCameraOffset(options.cameraOffset);
    }

    /** One line about how much there is. */
    public static String summary(SampleSource training, SampleSource validation) {
        String classes = training.classes().isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", %d classes: %s",
                        training.classes().size(),
                        String.join(", ", training.classes()));
        return "data: " + count(training) + " to train on, " + (validation == null ? "none" : count(validation))
                + " to validate on" + classes;
    }

    private static String count(SampleSource source) {
        return source instanceof SampleSource.Indexed indexed
                ? String.format(Locale.ROOT, "%,d samples", indexed.size())
                : "a stream";
    }
}
