package org.batchmill.jobs.steering;

import java.nio.ByteBuffer;

/**
 * The last frames of a video that is being driven, put together as the network takes them. Before the first frame, the first is
 * repeated. Used by one thread.
 */
public final class RecentFrames {

    private final FrameStack stack;
    private final int gap;
    private final ByteBuffer[] ring;
    private final ByteBuffer sample;
    private long count;

    /** @param gap frames from one of a stack to the next */
    public RecentFrames(FrameStack stack, int gap) {
        this.stack = stack;
        this.gap = gap;
        this.ring = new ByteBuffer[(stack.frames() - 1) * gap + 1];
        for (int i = 0; i < ring.length; i++) {
            ring[i] = ByteBuffer.allocate(stack.frameBytes());
        }
        // Engines read batches outside the heap.
        this.sample = ByteBuffer.allocateDirect(stack.bytes());
    }

    /**
     * Takes the next frame.
     *
     * @param frame three bytes a pixel at the network's size; copied
     * @return the sample that ends with it, valid until the next call
     */
    public ByteBuffer with(ByteBuffer frame) {
        ring[(int) (count % ring.length)].clear().put(frame.duplicate()).flip();
        for (int place = 0; place < stack.frames(); place++) {
            long wanted = Math.max(0, count - (long) (stack.frames() - 1 - place) * gap);
            stack.put(place, ring[(int) (wanted % ring.length)], sample);
        }
        count++;
        return sample.duplicate();
    }
}
