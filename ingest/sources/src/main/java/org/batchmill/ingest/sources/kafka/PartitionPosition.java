package org.batchmill.ingest.sources.kafka;

import java.util.Base64;
import java.util.BitSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How far a partition has been taken: everything below {@code offset}, and of the messages from there on the rows in {@code taken}.
 * Those come from a shuffled block that is not used up, and from a message whose rows fall into two blocks. Immutable.
 *
 * <p>As text: {@code 120} where nothing is taken beyond, else {@code 120+BITS.ROWS}. {@code BITS} is base64url of a bit a message
 * from {@code offset} on, set where row 0 is taken; {@code ROWS} lists the other rows, {@code DISTANCE-BITS} in base 36 and
 * base64url, joined by {@code _}; in both, {@code *} and {@code !} stand for base64url's {@code -} and {@code _}.
 */
record PartitionPosition(long offset, NavigableMap<Long, BitSet> taken) {

    /** No block spans more messages than this; damaged text must not make the heap grow. */
    private static final long FARTHEST = 1 << 24;

    /**
     * No block has more samples than this. Each message of which something is taken costs a hundred times the bit that says so, so what
     * a text may claim is bounded for all partitions together.
     */
    private static final int MOST_TAKEN = 1 << 20;

    PartitionPosition {
        taken = new TreeMap<>(taken);
    }

    static PartitionPosition at(long offset) {
        return new PartitionPosition(offset, new TreeMap<>());
    }

    boolean isTaken(long messageOffset, int row) {
        if (messageOffset < offset) {
            return true;
        }
        BitSet rows = taken.get(messageOffset);
        return rows != null && rows.get(row);
    }

    String encode() {
        if (taken.isEmpty()) {
            return Long.toString(offset);
        }
        BitSet first = new BitSet();
        StringBuilder others = new StringBuilder();
        taken.forEach((at, rows) -> {
            int distance = Math.toIntExact(at - offset);
            first.set(distance, rows.get(0));
            BitSet rest = rows.get(1, Math.max(1, rows.length()));
            if (!rest.isEmpty()) {
                others.append(others.isEmpty() ? "" : "_")
                        .append(Integer.toString(distance, Character.MAX_RADIX))
                        .append('-')
                        .append(base64(rest));
            }
        });
        return offset + "+" + base64(first) + "." + others;
    }

    private static String base64(BitSet bits) {
        // '-' and '_' separate: the alphabet's own are replaced.
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(bits.toByteArray())
                .replace('-', '*')
                .replace('_', '!');
    }

    private static BitSet bits(String text) {
        return BitSet.valueOf(
                Base64.getUrlDecoder().decode(text.replace('*', '-').replace('!', '_')));
    }

    /** @throws IllegalArgumentException if the text is not of {@link #encode()} */
    static PartitionPosition parse(String text) {
        int plus = text.indexOf('+');
        if (plus < 0) {
            return at(count(text));
        }
        long offset = count(text.substring(0, plus));
        int dot = text.indexOf('.', plus);
        if (dot < 0) {
            throw new IllegalArgumentException("no position in a partition: " + text);
        }
        NavigableMap<Long, BitSet> taken = new TreeMap<>();
        BitSet first = bits(text.substring(plus + 1, dot));
        if (first.length() > FARTHEST || first.cardinality() > MOST_TAKEN) {
            throw new IllegalArgumentException(
                    "no position in a partition: too many messages are taken behind " + offset);
        }
        first.stream().forEach(distance -> rows(taken, offset + distance).set(0));
        String others = text.substring(dot + 1);
        if (!others.isEmpty()) {
            for (String one : others.split("_", -1)) {
                int dash = one.indexOf('-');
                if (dash < 0) {
                    throw new IllegalArgumentException("no position in a partition: " + text);
                }
                long distance = Long.parseLong(one.substring(0, dash), Character.MAX_RADIX);
                if (distance < 0 || distance > FARTHEST) {
                    throw new IllegalArgumentException("no position in a partition: " + text);
                }
                BitSet rows = rows(taken, offset + distance);
                bits(one.substring(dash + 1)).stream().forEach(row -> rows.set(row + 1));
            }
        }
        return new PartitionPosition(offset, taken);
    }

    /**
     * Counts on.
     *
     * @param before how many messages of other partitions of the same block are taken
     * @return with those of this one
     * @throws IllegalArgumentException if they are more than a block has
     */
    long takenAfter(long before) {
        long all = before + taken.size();
        if (all > MOST_TAKEN) {
            throw new IllegalArgumentException("more than " + MOST_TAKEN + " messages are taken");
        }
        return all;
    }

    private static BitSet rows(Map<Long, BitSet> taken, long offset) {
        return taken.computeIfAbsent(offset, none -> new BitSet());
    }

    private static long count(String text) {
        long count = Long.parseLong(text);
        if (count < 0) {
            throw new IllegalArgumentException("no offset: " + text);
        }
        return count;
    }
}
