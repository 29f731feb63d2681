package org.batchmill.jobs.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.ingest.sources.Tolerance;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.tune.Folds;

/** The samples to learn from and those to validate on. Owns what it opened until it is closed. */
public final class TrainingSets implements AutoCloseable {

    private final SampleSource opened;
    private final SampleSource training;
    private final SampleSource validation;
    private final List<String> notices;

    private TrainingSets(SampleSource opened, SampleSource training, SampleSource validation, List<String> notices) {
        this.opened = opened;
        this.training = training;
        this.validation = validation;
        this.notices = notices;
    }

    /**
     * Opens what the options name: the data and its validation, or the data divided by {@code --holdout}.
     *
     * @param input     of the task
     * @param seed      decides which samples are held out
     * @param tolerance what is borne
     */
    public static TrainingSets open(TaskInput input, DataOptions options, long seed, Tolerance tolerance)
            throws IOException {
        if (options.holdout() != null) {
            if (options.val() != null) {
                throw new UsageException("--val and --holdout both say what is validated on: give one of them");
            }
            if (!options.mix().isEmpty()) {
                throw new UsageException("--holdout cannot tell which of the --mix to hold out: give --val");
            }
            input.refuseHoldout();
            SampleSource all = input.training(options, tolerance);
            try {
                SampleSource.Indexed indexed = indexed(all, "--holdout");
                return of(all, indexed, Folds.holdOut(count(indexed), options.holdout(), seed), 0);
            } catch (RuntimeException e) {
                all.close();
                throw e;
            }
        }
        SampleSource training = input.training(options, tolerance);
        try {
            SampleSource validation = input.validation(options);
            List<String> notices = new ArrayList<>(training.notices());
            if (validation == null) {
                notices.add(DataSets.whyNoValidation(options));
            }
            return new TrainingSets(null, training, validation, notices);
        } catch (IOException | RuntimeException e) {
            training.close();
            throw e;
        }
    }

    /** A topic, and what the options name to validate on. The topic is owned by the result. */
    public static TrainingSets ofTopic(SampleSource topic, DataOptions options) throws IOException {
        try {
            return new TrainingSets(
                    null, topic, DataSets.openValidation(options, DataSets.wholeFrames(options)), List.of());
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
        return new TrainingSets(
                opened,
                new SelectedSamples(all, folds.training(fold)),
                new SelectedSamples(all, folds.validation(fold)),
                all.notices());
    }

    /** What the network of the task sees of these. These are still the caller's to close. */
    public TrainingSets shown(TaskInput input) throws IOException {
        SampleSource learnt = input.show(training);
        try {
            return new TrainingSets(null, learnt, validation == null ? null : input.show(validation), notices);
        } catch (IOException | RuntimeException e) {
            learnt.close();
            throw e;
        }
    }

    /** The source, if it can be divided. */
    public static SampleSource.Indexed indexed(SampleSource source, String option) {
        if (source instanceof SampleSource.Indexed indexed) {
            return indexed;
        }
        throw new UsageException(option + " divides samples that can be counted, not a stream");
    }

    public static int count(SampleSource.Indexed source) {
        return Math.toIntExact(source.size());
    }

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
        if (validation != null) {
            validation.close();
        }
        training.close();
        if (opened != null) {
            opened.close();
        }
    }
}
