package org.batchmill.video;

import org.batchmill.video.FrameSelection.Dropped;

/** Decides by how frames look which of them are kept; they come in order and have one size. Used by one thread. */
public final class FrameComparison {

    private final FrameSelection selection;
    private byte[] before = new byte[0];
    private byte[] kept = new byte[0];
    private double lastDifference;

    public FrameComparison(FrameSelection selection) {
        this.selection = selection;
    }

    /** Why the next frame is dropped; null if it is kept. */
    public Dropped compare(VideoFrame frame) {
        if (!selection.looks()) {
            return null;
        }
        byte[] now = new byte[frame.pixels().remaining()];
        frame.pixels().get(now);
        Dropped dropped = null;
        if (selection.scene() > 0 && !(score(now) > selection.scene())) {
            dropped = Dropped.NO_SCENE_CHANGE;
        } else if (kept.length == now.length && difference(kept, now) < selection.minDifference()) {
            dropped = Dropped.NEAR_DUPLICATE;
        } else {
            kept = now;
        }
        before = now;
        return dropped;
    }

    /** FFmpeg's {@code scene} as of version 5.1, in hundreds of grey levels: 0 for the first frame. */
    private double score(byte[] now) {
        if (before.length != now.length) {
            return 0;
        }
        double difference = difference(before, now);
        double score = Math.min(difference, Math.abs(difference - lastDifference)) * 255 / 100;
        lastDifference = difference;
        return score;
    }

    private static double difference(byte[] one, byte[] other) {
        long sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs((one[i] & 0xff) - (other[i] & 0xff));
        }
        return sum / (255.0 * one.length);
    }
}
