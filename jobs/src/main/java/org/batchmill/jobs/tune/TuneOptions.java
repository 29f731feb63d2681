package org.batchmill.jobs.tune;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.records.OptionException;
import org.batchmill.train.tune.Option;
import org.batchmill.train.tune.Trial;

/**
 * What {@link TuneJob} is asked to do.
 *
 * @param training what all trials have in common; its run options are the search's own
 * @param searched the options that differ, by their names on the command line
 * @param trials   so many random draws; 0 for the grid of all combinations
 * @param folds    parts of the training samples, each held out once; 1 for one validation set
 * @param cpus     processors that all trials together may use
 */
public record TuneOptions(TrainOptions training, List<Option> searched, int trials, int folds, int cpus) {

    public TuneOptions {
        searched = List.copyOf(searched);
        if (searched.isEmpty()) {
            throw new OptionException("nothing is searched over: give {search} NAME=VALUES");
        }
        if (trials < 0 || folds < 1 || cpus < 1) {
            throw new OptionException(
                    "{trials}, {folds} and {cpus} count something, not " + trials + ", " + folds + ", " + cpus);
        }
        if (folds > 1 && (training.data().val != null || training.data().holdout != null)) {
            throw new OptionException("{folds} hold out a part each: {val} and {holdout} say something else");
        }
    }

    /** The trials, the same at each call. */
    List<Trial> all() {
        if (trials > 0) {
            return Trial.random(searched, trials, training.input().seed);
        }
        return Trial.grid(searched.stream().map(TuneOptions::choice).toList());
    }

    private static Option.Choice choice(Option option) {
        if (option instanceof Option.Choice choice) {
            return choice;
        }
        throw new OptionException(option.name() + " is a range: random draws from it need {trials}");
    }

    /** The options by their names on the command line: what {@code --config} takes back. */
    Map<String, Object> byName() {
        Map<String, Object> all = training.byName();
        all.put("search", searched.stream().map(Option::text).toList());
        all.put("trials", trials);
        all.put("folds", folds);
        all.put("cpus", cpus);
        return all;
    }

    /** Threads of one training. */
    int threadsEach() {
        return Math.max(1, training.engine().threads);
    }

    /** Trainings at a time. */
    int parallel() {
        return Math.max(1, cpus / threadsEach());
    }

    Path run() {
        return training.run().run;
    }
}
