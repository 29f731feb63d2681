package org.batchmill.jobs.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.batchmill.ingest.sources.Tolerance;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.task.InputView;
import org.batchmill.records.ClassNames;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;
import org.batchmill.train.tune.Folds;

/** The samples to learn from and those to validate on. Owns what it opened until it is closed. */
public final class TrainingSets implements AutoCloseable {

    private final List<SampleSource> owned;
    private final boolean ofTopic;
    private final SampleSource training;
    private final SampleSource validation;
    private final List<String> notices;

    /** @param owned what is closed with this, in that order; those that are null are none */
    private TrainingSets(
            SampleSource training,
            SampleSource validation,
            List<String> notices,
            boolean ofTopic,
            SampleSource... owned) {
        this.owned = Stream.of(owned).filter(Objects::nonNull).toList();
        this.ofTopic = ofTopic;
        this.training = training;
        this.validation = validation;
        this.notices = notices;
    }

    /**
     * Opens what the options name: the data and its validation, or the data divided by {@code --val-share}.
     *
     * @param view      what the network is shown
     * @param seed      decides which samples are held out
     * @param tolerance what is tolerated
     */
    public static TrainingSets open(InputView view, DataOptions options, long seed, Tolerance tolerance)
            throws IOException {
        if (options.valShare != null) {
            if (options.val != null) {
                throw new OptionException("{val} and {val-share} both say what is validated on: give one of them");
            }
            if (!options.mix.isEmpty()) {
                throw new OptionException("{val-share} cannot tell which of the {mix} to hold out: give {val}");
            }
            view.refuseHoldout();
            SampleSource all = DataSets.open(options, view, tolerance);
            try {
                SampleSource.Indexed indexed = indexed(all, "val-share");
                return of(all, indexed, Folds.holdOut(count(indexed), options.valShare, seed), 0);
            } catch (RuntimeException e) {
                all.close();
                throw e;
            }
        }
        SampleSource training = DataSets.open(options, view, tolerance);
        try {
            SampleSource validation = DataSets.openValidation(options, view);
            Set<String> notices = new LinkedHashSet<>(notices(training));
            if (validation == null) {
                notices.add(DataSets.whyNoValidation(options));
            } else {
                notices.addAll(notices(validation));
            }
            return new TrainingSets(training, validation, List.copyOf(notices), false, validation, training);
        } catch (IOException | RuntimeException e) {
            training.close();
            throw e;
        }
    }

    /**
     * Samples of a program's own, which stay the caller's to close.
     *
     * @param training   learnt from; its labels must be those of the task
     * @param validation evaluated on; null for none
     */
    public static TrainingSets of(SampleSource training, SampleSource validation) {
        return new TrainingSets(training, validation, notices(training), false);
    }

    /** A topic, and what the options name to validate on. The topic is owned by the result. */
    public static TrainingSets ofTopic(SampleSource topic, DataOptions options) throws IOException {
        try {
            SampleSource validation = DataSets.openValidation(options, InputView.WHOLE);
            List<String> notices = validation == null ? List.of() : notices(validation);
            return new TrainingSets(topic, validation, notices, true, validation, topic);
        } catch (IOException | RuntimeException e) {
            topic.close();
            throw e;
        }
    }

    /** One fold of samples that somebody else closes. */
    public static TrainingSets fold(SampleSource.Indexed all, Folds folds, int fold) {
        return of(null, all, folds, fold);
    }

    private static TrainingSets of(SampleSource opened, SampleSource.Indexed all, Folds folds, int fold) {
        SampleSource training = new SelectedSamples(all, folds.training(fold));
        SampleSource validation = new SelectedSamples(all, folds.validation(fold));
        return new TrainingSets(training, validation, notices(all), false, validation, training, opened);
    }

    private static List<String> notices(SampleSource source) {
        List<String> notices = new ArrayList<>(source.notices());
        ClassNames.alike(source.classes()).ifPresent(notices::add);
        return notices;
    }

    /**
     * What the network sees of these, which are still the caller's to close. The messages of a topic come as they are, and so does what
     * they are validated on: the policy of a task that needs a view cuts them.
     */
    public TrainingSets shown(InputView view) throws IOException {
        if (ofTopic) {
            return borrowed();
        }
        SampleSource learnt = view.show(training);
        try {
            SampleSource evaluated = validation == null ? null : view.show(validation);
            return new TrainingSets(
                    learnt,
                    evaluated,
                    notices,
                    false,
                    evaluated == validation ? null : evaluated,
                    learnt == training ? null : learnt);
        } catch (IOException | RuntimeException e) {
            if (learnt != training) {
                learnt.close();
            }
            throw e;
        }
    }

    /** The same, of which nothing is closed with the result. */
    public TrainingSets borrowed() {
        return new TrainingSets(training, validation, notices, ofTopic);
    }

    /** The source, if it can be divided. */
    public static SampleSource.Indexed indexed(SampleSource source, String option) {
        if (source instanceof SampleSource.Indexed indexed) {
            return indexed;
        }
        throw new OptionException("{" + option + "} divides samples that can be counted, not a stream");
    }

    /** How many samples there are: no more than an array has room for, as they are divided by lists of numbers. */
    public static int count(SampleSource.Indexed source) {
        return Math.toIntExact(source.size());
    }

    /** What is learnt from; closed with this if this opened it. */
    public SampleSource training() {
        return training;
    }

    /** Null for none. */
    public SampleSource validation() {
        return validation;
    }

    /** What a user should hear of the data: what is passed over, or why nothing is validated on. */
    public List<String> notices() {
        return notices;
    }

    @Override
    public void close() throws IOException {
        for (SampleSource source : owned) {
            source.close();
        }
    }
}
