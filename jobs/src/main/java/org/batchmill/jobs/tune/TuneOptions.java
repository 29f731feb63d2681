package org.batchmill.jobs.tune;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchmill.jobs.options.OptionField;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.records.OptionException;
import org.batchmill.train.tune.Option;
import org.batchmill.train.tune.Trial;

/**
 * What {@link TuneJob} is asked to do.
 *
 * @param training what all trials have in common; its run options are the search's own
 * @param search   what differs
 */
public record TuneOptions(TrainOptions training, SearchOptions search) {

    public TuneOptions {
        if (training.run().upload != null) {
            throw new OptionException("{upload} copies one training's folder, not a search's");
        }
        if (search.search.isEmpty()) {
            throw new OptionException("nothing is searched over: give {search} NAME=VALUES");
        }
        if (search.trials < 0 || search.folds < 1 || search.cpus < 0) {
            throw new OptionException("{trials}, {folds} and {cpus} count something, not " + search.trials + ", "
                    + search.folds + ", " + search.cpus);
        }
        if (search.folds > 1 && (training.data().val != null || training.data().valShare != null)) {
            throw new OptionException("{folds} hold out a part each: {val} and {val-share} say something else");
        }
    }

    /** The trials, the same at each call. */
    List<Trial> all() {
        if (search.trials > 0) {
            return Trial.random(search.search, search.trials, training.input().seed);
        }
        return Trial.grid(search.search.stream().map(TuneOptions::choice).toList());
    }

    private static Option.Choice choice(Option option) {
        if (option instanceof Option.Choice choice) {
            return choice;
        }
        throw new OptionException("{} is a range: random draws from it need {trials}", option.name());
    }

    /** The options by their names on the command line: what {@code --config} takes back. */
    Map<String, Object> byName() {
        Map<String, Object> all = training.byName();
        OptionField.of(search).forEach(option -> all.put(option.name(), option.written()));
        return all;
    }

    /** Threads of one training. */
    int threadsEach() {
        return Math.max(1, training.engine().threads);
    }

    /** Trainings at a time. */
    int parallel() {
        int processors = search.cpus == 0 ? Runtime.getRuntime().availableProcessors() : search.cpus;
        return Math.max(1, processors / threadsEach());
    }

    Path run() {
        return training.run().run;
    }
}
