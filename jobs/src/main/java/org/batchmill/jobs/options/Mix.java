package org.batchmill.jobs.options;

import org.batchmill.records.UsageException;

/**
 * A data set to draw from beside another, written {@code WHERE=WEIGHT}. Immutable.
 *
 * @param where  as the data itself
 * @param weight so many draws for one of the data itself; above 0
 */
public record Mix(String where, double weight) {

    public Mix {
        if (where.isEmpty() || !(weight > 0 && Double.isFinite(weight))) {
            throw new UsageException("WHERE=WEIGHT with a weight above 0, not " + where + "=" + weight);
        }
    }

    /** @throws UsageException if the text is none */
    public static Mix parse(String text) {
        int equals = text.lastIndexOf('=');
        try {
            return new Mix(text.substring(0, Math.max(0, equals)), Double.parseDouble(text.substring(equals + 1)));
        } catch (NumberFormatException e) {
            throw new UsageException("WHERE=WEIGHT, where the weight is a number, not " + text, e);
        }
    }

    @Override
    public String toString() {
        return where + "=" + weight;
    }
}
