package org.batchmill.queues.pipeline;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.batchmill.queues.random.SplitMix64;

/**
 * Which elements a run has left out, each once however often it was met: hashes of their names, in the order of their first meeting.
 * Immutable. A view on a longer list shares its memory, so that every batch's state can have one.
 */
public final class LeftOut {

    static final LeftOut NONE = new LeftOut(0, new long[0], 0);

    private static final int RADIX = 36;

    /** Elements that a state of an earlier version counted and did not name. */
    private final long unnamed;

    /** Nothing before {@link #count} is written once it is there. */
    private final long[] hashes;

    private final int count;

    private LeftOut(long unnamed, long[] hashes, int count) {
        this.unnamed = unnamed;
        this.hashes = hashes;
        this.count = count;
    }

    /** How many elements. */
    public long size() {
        return unnamed + count;
    }

    /** With one more. Only the longest list grows in place: call it on what this returned last. */
    LeftOut with(String name) {
        long[] all = count == hashes.length ? Arrays.copyOf(hashes, Math.max(16, 2 * count)) : hashes;
        all[count] = hash(name);
        return new LeftOut(unnamed, all, count + 1);
    }

    /** The hashes as a set that the caller may change. */
    Set<Long> set() {
        Set<Long> set = new HashSet<>();
        for (int i = 0; i < count; i++) {
            set.add(hashes[i]);
        }
        return set;
    }

    /** FNV-1a over the characters, mixed: two names of a million have the same one in a run of a billion. */
    static long hash(String name) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
        }
        return SplitMix64.mix(hash);
    }

    /** The hashes as text without blanks. */
    String encode() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(Long.toUnsignedString(hashes[i], RADIX));
        }
        return text.toString();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param size how many elements were left out, those that the text does not name included
     * @throws IllegalArgumentException if it is something else
     */
    static LeftOut parse(long size, String text) {
        String[] words = text.isEmpty() ? new String[0] : text.split(",", -1);
        long[] hashes = new long[words.length];
        try {
            for (int i = 0; i < words.length; i++) {
                hashes[i] = Long.parseUnsignedLong(words[i], RADIX);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("damaged pipeline state: left is " + text, e);
        }
        if (size < words.length) {
            throw new IllegalArgumentException(
                    "damaged pipeline state: " + words.length + " elements left out, and skipped is " + size);
        }
        return new LeftOut(size - words.length, hashes, hashes.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LeftOut left
                && unnamed == left.unnamed
                && Arrays.equals(hashes, 0, count, left.hashes, 0, left.count);
    }

    @Override
    public int hashCode() {
        return encode().hashCode();
    }

    @Override
    public String toString() {
        return encode();
    }
}
