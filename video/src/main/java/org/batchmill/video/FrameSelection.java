package org.batchmill.video;

import java.io.Serializable;
import java.util.Locale;
import org.batchmill.records.OptionException;

/**
 * Which frames of a video are kept. Each rule looks at what the ones before it have left: the range of time, then every so many or so
 * many a second, then, for frames that have what they need, how they look.
 *
 * @param from          seconds after the first frame at which the range begins
 * @param until         seconds after the first frame before which it ends; infinite for the end of the video
 * @param every         one frame in so many, by number: 0, N, 2N, ...
 * @param perSecond     at most so many a second: the first frame at or behind each multiple of 1 / perSecond; 0 for all. None is repeated
 * @param scene         only frames that begin a scene: those whose score is above this, 0 to 1; 0 for all. The score is that of the select
 *                      filter of FFmpeg 5.1: the smaller of the mean absolute difference to the frame before and of that difference's
 *                      change, in hundreds of grey levels
 * @param minDifference only frames whose mean absolute difference to the last one kept, as a share of the grey levels, is at least this; 0
 *                      for all
 */
public record FrameSelection(double from, double until, int every, double perSecond, double scene, double minDifference)
        implements Serializable {

    /** Every frame. */
    public static final FrameSelection ALL = new FrameSelection(0, Double.POSITIVE_INFINITY, 1, 0, 0, 0);

    /** A frame at a tick is not to fall behind it by the rounding of times to microseconds. */
    private static final double ROUNDING = 1e-6;

    /** Why a frame is not kept. */
    public enum Dropped {
        /** Before or behind the range of time. */
        OUT_OF_RANGE,
        /** Between those that are taken, by number or by time. */
        NOT_SAMPLED,
        /** The log has nothing for it. */
        NO_LABEL,
        /** Another camera has no frame at its time, or none that decodes. */
        NO_OTHER_CAMERA,
        /** It shows what the frame before it showed. */
        NO_SCENE_CHANGE,
        /** It shows what the last frame that was kept showed. */
        NEAR_DUPLICATE;

        /** As data sets and reports have it: {@code not_sampled}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public FrameSelection {
        if (!(from >= 0 && until > from)) {
            throw new OptionException(
                    "{from} {} and {until} {}: a range begins at 0 or later and ends behind its beginning",
                    from,
                    until);
        }
        if (every < 1) {
            throw new OptionException("{every} is 1 or more, not {}", every);
        }
        if (!(perSecond >= 0 && perSecond <= 1000)) {
            throw new OptionException("{fps} is more than 0 and at most 1000, not {}", perSecond);
        }
        if (!(scene >= 0 && scene < 1)) {
            throw new OptionException("{scene} is a score of at least 0 and below 1, not {}", scene);
        }
        if (!(minDifference >= 0 && minDifference < 1)) {
            throw new OptionException(
                    "{min-difference} is a share of the grey levels, at least 0 and below 1, not {}", minDifference);
        }
    }

    /** Whether how frames look decides, so that a video must be read from the beginning of its range and in one go. */
    public boolean looks() {
        return scene > 0 || minDifference > 0;
    }

    /** Whether frames at the end of a video may be left unread. */
    public boolean ends() {
        return until < Double.POSITIVE_INFINITY;
    }

    /**
     * What number and time decide.
     *
     * @param times of the frames, in microseconds after the first
     * @return why each frame is dropped, null for those that are not
     */
    public Dropped[] byTime(long[] times) {
        Dropped[] dropped = new Dropped[times.length];
        long lastTick = -1;
        for (int frame = 0; frame < times.length; frame++) {
            double seconds = times[frame] * 1e-6;
            long tick = (long) Math.floor((seconds + ROUNDING) * perSecond);
            if (seconds < from || seconds >= until) {
                dropped[frame] = Dropped.OUT_OF_RANGE;
            } else if (frame % every != 0 || (perSecond > 0 && tick <= lastTick)) {
                dropped[frame] = Dropped.NOT_SAMPLED;
            } else {
                lastTick = tick;
            }
        }
        return dropped;
    }
}
