package org.batchmill.train.host.plan;

/**
 * Memory that operations of a plan read and write. It lies in the plan's arena, or apart from it where it outlives a step: parameters,
 * gradients. Made by {@link PlanBuilder}, or by {@link #inArena} for who places buffers by {@link Arena}.
 */
public final class Buffer {

    private static final long APART = -1;

    private final String name;
    private final String format;
    private final long bytes;
    private final boolean inArena;
    private int first = Integer.MAX_VALUE;
    private int last = -1;
    private long offset = APART;

    Buffer(String name, String format, long bytes, boolean inArena) {
        this.name = name;
        this.format = format;
        this.bytes = bytes;
        this.inArena = inArena;
    }

    /** Memory in an arena. */
    public static Buffer inArena(String name, String format, long bytes) {
        return new Buffer(name, format, bytes, true);
    }

    /** For people: {@code conv1 output}. */
    public String name() {
        return name;
    }

    /** Type, shape and layout, in the engine's words. */
    public String format() {
        return format;
    }

    public long bytes() {
        return bytes;
    }

    /** Whether it lies in the arena. */
    public boolean isInArena() {
        return inArena;
    }

    /** Bytes from the arena's start; known once the plan is built, and only where {@link #isInArena()}. */
    public long offset() {
        return offset;
    }

    /** Index of the first operation that touches it. */
    public int first() {
        return first;
    }

    /** Index of the last operation that touches it. */
    public int last() {
        return last;
    }

    /** Lets it live at an operation, and between those that touch it. */
    public void touch(int operation) {
        first = Math.min(first, operation);
        last = Math.max(last, operation);
    }

    boolean used() {
        return last >= 0;
    }

    boolean livesWith(Buffer other) {
        return first <= other.last && other.first <= last;
    }

    void place(long at) {
        offset = at;
    }
}
