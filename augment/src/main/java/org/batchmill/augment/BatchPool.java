package org.batchmill.augment;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.batches.BatchShape;

/**
 * A fixed number of batches in off-heap memory, given out one after the other and waited for when all are in use: what keeps a
 * pipeline that is faster than its consumer from filling the memory. Safe for use by many threads; the owner closes it after all
 * batches came back.
 */
public final class BatchPool implements AutoCloseable {

    private final BatchShape shape;
    private final BufferAllocator allocator;
    /** Somebody else's, one piece for each slot; null for memory of the allocator's. */
    private final List<ByteBuffer> given;

    private final ArrayDeque<Slot> free = new ArrayDeque<>();
    private final int slots;
    private int made;
    private int inUse;
    private boolean closed;

    /**
     * @param shape  of every batch
     * @param slots  how many batches there are at most; memory is taken when one is first needed
     * @param parent where the memory is counted
     */
    public BatchPool(BatchShape shape, int slots, BufferAllocator parent) {
        this(shape, slots, null, parent);
    }

    /**
     * A batch in each of these pieces of memory, which stay the caller's: mapped files for instance. {@link PooledBatch#slot()} says in which
     * of them a batch lies.
     *
     * @param memory direct, from the position of each on; large enough, and there until the pool is closed
     * @param parent of what else is counted
     */
    public BatchPool(BatchShape shape, List<ByteBuffer> memory, BufferAllocator parent) {
        this(shape, memory.size(), List.copyOf(memory), parent);
    }

    private BatchPool(BatchShape shape, int slots, List<ByteBuffer> given, BufferAllocator parent) {
        if (slots < 1) {
            throw new IllegalArgumentException("a pool of " + slots + " batches");
        }
        this.shape = shape;
        this.slots = slots;
        this.given = given;
        this.allocator = parent.newChildAllocator("batches", 0, Long.MAX_VALUE);
    }

    public BatchShape shape() {
        return shape;
    }

    /**
     * An empty batch, which the caller fills and somebody closes. Waits while all are in use.
     *
     * @throws IllegalStateException if the pool is closed
     */
    public synchronized PooledBatch open() throws InterruptedException {
        while (!closed && free.isEmpty() && made == slots) {
            wait();
        }
        if (closed) {
            throw new IllegalStateException("the batch pool is closed");
        }
        Slot slot = free.poll();
        if (slot == null) {
            slot = given == null ? Slot.of(shape, made, allocator) : Slot.over(shape, made, given.get(made));
            made++;
        }
        slot.size = 0;
        inUse++;
        return new PooledBatch(this, slot);
    }

    synchronized void giveBack(Slot slot) {
        inUse--;
        if (closed) {
            slot.close();
        } else {
            free.push(slot);
        }
        notifyAll();
    }

    /** How many batches are in use. */
    public synchronized int inUse() {
        return inUse;
    }

    /**
     * Frees the memory and wakes whoever waits for a batch.
     *
     * @throws IllegalStateException if a batch was not closed
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        notifyAll();
        free.forEach(Slot::close);
        free.clear();
        if (inUse > 0) {
            throw new IllegalStateException(inUse + " batches were not closed");
        }
        allocator.close();
    }
}
