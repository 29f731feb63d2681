package org.batchmill.jobs.options;

import org.batchmill.records.UsageException;

/**
 * What is drawn equally often, written {@code classes}, {@code steering} or {@code steering:BINS}. Immutable.
 *
 * @param bins of a histogram of steering angles; 0 for the classes
 */
public record Balancing(int bins) {

    /** Classes equally often. */
    public static final Balancing CLASSES = new Balancing(0);

    private static final String STEERING = "steering";
    private static final int DEFAULT_BINS = 21;

    public Balancing {
        if (bins < 0 || bins == 1) {
            throw new UsageException("a histogram has at least 2 bins, not " + bins);
        }
    }

    /** @throws UsageException if the text is none */
    public static Balancing parse(String text) {
        String[] words = text.split(":", 2);
        if (text.equals("classes")) {
            return CLASSES;
        }
        if (!words[0].equals(STEERING)) {
            throw new UsageException("classes or steering[:BINS], not " + text);
        }
        try {
            int bins = words.length == 1 ? DEFAULT_BINS : Integer.parseInt(words[1]);
            // 0 bins stand for the classes, which nobody asks for so.
            return new Balancing(bins == 0 ? 1 : bins);
        } catch (NumberFormatException e) {
            throw new UsageException(text + ": the number of bins is a number", e);
        }
    }

    /** Whether classes are drawn equally often, not the bins of a histogram. */
    public boolean ofClasses() {
        return bins == 0;
    }

    @Override
    public String toString() {
        return ofClasses() ? "classes" : STEERING + ":" + bins;
    }
}
