package org.batchmill.ingest.packing;

import java.io.Serializable;
import java.util.List;
import org.batchmill.records.OptionException;
import org.batchmill.video.FrameSelection;
import org.batchmill.video.Interlaced;

/**
 * What goes into the records of packed videos.
 *
 * @param logged       whether videos are drives with a log each; false takes every video of the folder, at any depth, without labels
 * @param cameras      further cameras whose frames stand beside those of the front camera, in order
 * @param selection    which frames are kept
 * @param window       frames that a record holds, as a SequenceExample; 0 for an Example a frame
 * @param windowStride kept frames from the beginning of one window to that of the next
 * @param interlaced   what becomes of interlaced frames
 */
public record VideoRecords(
        boolean logged,
        List<Camera> cameras,
        FrameSelection selection,
        int window,
        int windowStride,
        Interlaced interlaced)
        implements Serializable {

    /** A labelled frame of one camera a record, every frame. */
    public static final VideoRecords DEFAULT =
            new VideoRecords(true, List.of(), FrameSelection.ALL, 0, 1, Interlaced.ONE_FIELD);

    /**
     * A further camera on the same drive.
     *
     * @param name   as in {@code epochNN_NAME.mp4}
     * @param offset how much later its clock began, in seconds; by index in frames that its first is behind the front camera's
     */
    public record Camera(String name, double offset) implements Serializable {

        /** Reads {@code left} or {@code left@.04}. */
        public static Camera parse(String text) {
            int at = text.indexOf('@');
            String name = at < 0 ? text : text.substring(0, at);
            try {
                double offset = at < 0 ? 0 : Double.parseDouble(text.substring(at + 1));
                if (name.matches("[A-Za-z0-9-]+") && !name.equals("front") && Double.isFinite(offset)) {
                    return new Camera(name, offset);
                }
            } catch (NumberFormatException e) {
                throw wrong(text);
            }
            throw wrong(text);
        }

        private static OptionException wrong(String text) {
            return new OptionException(
                    "{cameras} are names, as left in epochNN_left.mp4, each with @SECONDS where its clock began later, not {}",
                    text);
        }
    }

    public VideoRecords {
        cameras = List.copyOf(cameras);
        if (window < 0 || windowStride < 1) {
            throw new OptionException("{window} is a number of frames, and {window-stride} at least 1");
        }
        if (cameras.stream().map(Camera::name).distinct().count() != cameras.size()) {
            throw new OptionException("{cameras} names one twice");
        }
        if (!logged && !cameras.isEmpty()) {
            throw new OptionException("{cameras} belong to drives: epochNN_front.mp4 with epochNN_left.mp4");
        }
    }

    public VideoRecords withSelection(FrameSelection value) {
        return new VideoRecords(logged, cameras, value, window, windowStride, interlaced);
    }

    public VideoRecords withCameras(List<Camera> value) {
        return new VideoRecords(logged, value, selection, window, windowStride, interlaced);
    }

    public VideoRecords withWindow(int frames, int stride) {
        return new VideoRecords(logged, cameras, selection, frames, stride, interlaced);
    }

    public VideoRecords withLogs(boolean value) {
        return new VideoRecords(value, cameras, selection, window, windowStride, interlaced);
    }

    public VideoRecords withInterlaced(Interlaced value) {
        return new VideoRecords(logged, cameras, selection, window, windowStride, value);
    }
}
