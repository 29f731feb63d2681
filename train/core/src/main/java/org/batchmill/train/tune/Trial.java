package org.batchmill.train.tune;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * One choice of values.
 *
 * @param values by option name, in the order of the options
 */
public record Trial(Map<String, String> values) {

    public Trial {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Every combination; the last option changes fastest. */
    public static List<Trial> grid(List<Option.Choice> options) {
        List<Trial> trials = List.of(new Trial(Map.of()));
        for (Option.Choice option : options) {
            List<Trial> longer = new ArrayList<>();
            for (Trial trial : trials) {
                for (String value : option.values()) {
                    longer.add(trial.with(option.name(), value));
                }
            }
            trials = longer;
        }
        return trials;
    }

    /** Draws; the same for the same seed, and the first of a longer list are those of a shorter one. */
    public static List<Trial> random(List<Option> options, int count, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<Trial> trials = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Trial trial = new Trial(Map.of());
            for (Option option : options) {
                trial = trial.with(option.name(), option.draw(random));
            }
            trials.add(trial);
        }
        return trials;
    }

    private Trial with(String name, String value) {
        Map<String, String> longer = new LinkedHashMap<>(values);
        longer.put(name, value);
        return new Trial(longer);
    }
}
