package org.batchmill.jobs.options;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.records.UsageException;

/**
 * The part of one of several trainers, written {@code K/N}. Immutable.
 *
 * @param part from 1
 * @param of   so many
 */
public record Shard(int part, int of) {

    /** All samples for the one trainer there is. */
    public static final Shard WHOLE = new Shard(1, 1);

    public Shard {
        if (part < 1 || part > of) {
            throw new UsageException("K/N, the part of trainer K, from 1, of N, not " + part + "/" + of);
        }
    }

    /** @throws UsageException if the text is none */
    public static Shard parse(String text) {
        Matcher numbers = Pattern.compile("([1-9]\\d{0,6})/([1-9]\\d{0,6})").matcher(text);
        if (!numbers.matches()) {
            throw new UsageException("K/N, the part of trainer K, from 1, of N, not " + text);
        }
        return new Shard(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
    }

    @Override
    public String toString() {
        return part + "/" + of;
    }
}
