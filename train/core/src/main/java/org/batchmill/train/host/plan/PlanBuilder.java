package org.batchmill.train.host.plan;

import java.util.ArrayList;
import java.util.List;

/** Collects the operations of a plan in the order in which they run. Used by one thread. */
public final class PlanBuilder<O extends Operation> {

    private final List<O> operations = new ArrayList<>();
    private final List<Buffer> buffers = new ArrayList<>();
    private final List<Buffer> kept = new ArrayList<>();

    /** Memory in the arena, alive from the first operation that touches it to the last. */
    public Buffer inArena(String name, String format, long bytes) {
        Buffer buffer = Buffer.inArena(name, format, bytes);
        buffers.add(buffer);
        return buffer;
    }

    /** Memory that its owner keeps beyond a step. */
    public static Buffer apart(String name, String format, long bytes) {
        return new Buffer(name, format, bytes, false);
    }

    /** Appends an operation. */
    public void add(O operation) {
        int index = operations.size();
        operation.reads().forEach(buffer -> buffer.touch(index));
        operation.writes().forEach(buffer -> buffer.touch(index));
        operations.add(operation);
    }

    /** Keeps a buffer's contents until the plan's last operation has run. */
    public void keep(Buffer buffer) {
        kept.add(buffer);
    }

    /**
     * Places the buffers.
     *
     * @param alignment of each buffer's offset, in bytes
     */
    public Plan<O> build(int alignment) {
        kept.forEach(buffer -> buffer.touch(Math.max(0, operations.size() - 1)));
        List<Buffer> placed = buffers.stream().filter(Buffer::used).toList();
        return new Plan<>(List.copyOf(operations), placed, Arena.place(placed, alignment));
    }
}
