package org.batchmill.jobs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The last frames of a film, the oldest first, as a network of sequences takes them. Before there are enough the first one repeats. */
final class FrameWindow {

    private final int frames;
    private ByteBuffer window;

    FrameWindow(int frames) {
        this.frames = frames;
    }

    /** Takes in a frame, from position to limit; the result is valid until the next call, or as long as the frame. */
    ByteBuffer add(ByteBuffer frame) {
        if (frames == 1) {
            return frame;
        }
        int bytes = frame.remaining();
        if (window == null) {
            window = ByteBuffer.allocateDirect(frames * bytes).order(ByteOrder.nativeOrder());
            while (window.hasRemaining()) {
                window.put(frame.duplicate());
            }
        } else {
            window.position(bytes).limit(frames * bytes);
            window.compact();
            window.put(frame.duplicate());
        }
        return window.flip();
    }
}
