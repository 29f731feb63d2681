package org.batchmill.ingest.packing;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.UsageException;

/** How a data set is divided into training, validation and other parts. */
public sealed interface SplitRule extends Serializable {

    /** No parts: one set of shards. */
    SplitRule NONE = new None();

    /** The parts that the data set lists itself, for instance in {@code ImageSets/Main} of the VOC layout. */
    SplitRule LISTS = new Lists();

    /** No parts. */
    record None() implements SplitRule {
        @Override
        public String toString() {
            return "none";
        }
    }

    /** The data set's own lists. */
    record Lists() implements SplitRule {
        @Override
        public String toString() {
            return "lists";
        }
    }

    /**
     * By the hash of an image's content: adding images moves none of the others, and copies of an image stay together.
     *
     * @param names     of the parts, each once
     * @param fractions above 0, together 1
     */
    record Fractions(List<String> names, List<Double> fractions) implements SplitRule {
        public Fractions {
            names = List.copyOf(names);
            fractions = List.copyOf(fractions);
            double sum = fractions.stream().mapToDouble(Double::doubleValue).sum();
            if (names.isEmpty()
                    || names.size() != fractions.size()
                    || names.stream().distinct().count() != names.size()
                    || !names.stream().allMatch(name -> name.matches("[A-Za-z][A-Za-z0-9_]*"))
                    || !fractions.stream().allMatch(fraction -> fraction > 0)
                    || !(Math.abs(sum - 1) < 1e-6)) {
                throw new UsageException("a split wants different names and fractions above 0 that add up to 1, "
                        + "for instance train=.9,val=.1: " + names + " " + fractions);
            }
        }

        /** The part for a content hash whose bits are evenly spread. */
        int of(long contentHash) {
            double place = (contentHash >>> 11) * 0x1p-53;
            double edge = 0;
            for (int split = 0; split < fractions.size() - 1; split++) {
                edge += fractions.get(split);
                if (place < edge) {
                    return split;
                }
            }
            return fractions.size() - 1;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            for (int split = 0; split < names.size(); split++) {
                text.append(split == 0 ? "" : ",")
                        .append(names.get(split))
                        .append('=')
                        .append(fractions.get(split));
            }
            return text.toString();
        }
    }

    /**
     * Reads {@code none}, {@code lists} or {@code train=.9,val=.1}.
     *
     * @throws UsageException if it is none of these
     */
    static SplitRule parse(String text) {
        if (text.equals("none")) {
            return NONE;
        }
        if (text.equals("lists")) {
            return LISTS;
        }
        List<String> names = new ArrayList<>();
        List<Double> fractions = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            try {
                names.add(part.substring(0, Math.max(equals, 0)).strip());
                fractions.add(Double.valueOf(part.substring(equals + 1).strip()));
            } catch (NumberFormatException e) {
                throw new UsageException(
                        "a split is 'none', 'lists' or fractions such as train=.9,val=.1, not: " + text, e);
            }
        }
        return new Fractions(names, fractions);
    }
}
