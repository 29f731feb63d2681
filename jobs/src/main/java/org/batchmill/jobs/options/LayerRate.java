package org.batchmill.jobs.options;

import org.batchmill.records.UsageException;

/**
 * A multiplier of the learning rate of some layers, written {@code PATTERN=X}. Immutable.
 *
 * @param pattern    of the layers' names
 * @param multiplier at least 0, which does not train them
 */
public record LayerRate(String pattern, float multiplier) {

    public LayerRate {
        if (pattern.isEmpty() || !(multiplier >= 0)) {
            throw new UsageException("a layer's rate is PATTERN=MULTIPLIER, not " + pattern + "=" + multiplier);
        }
    }

    /** @throws UsageException if the text is none */
    public static LayerRate parse(String text) {
        int equals = text.lastIndexOf('=');
        try {
            return new LayerRate(text.substring(0, Math.max(0, equals)), Float.parseFloat(text.substring(equals + 1)));
        } catch (NumberFormatException e) {
            throw new UsageException("a layer's rate is PATTERN=MULTIPLIER, not " + text, e);
        }
    }

    @Override
    public String toString() {
        return pattern + "=" + multiplier;
    }
}
