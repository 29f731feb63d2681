package org.batchmill.video;

import java.io.IOException;
import java.util.Arrays;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.annotations.SteeringLog;
import org.batchmill.video.JoinOptions.By;

/** The steering of each frame of a video. Immutable. */
public final class FrameLabels {

    private final long[] times;
    private final float[] angles;
    private final boolean logged;
    private final JoinReport report;

    private FrameLabels(long[] times, float[] angles, boolean logged, JoinReport report) {
        this.times = times;
        this.angles = angles;
        this.logged = logged;
        this.report = report;
    }

    /**
     * Joins a drive's frames with its log. Reads the packets of the video, without decoding, and the log; a video without a log has no
     * labels.
     *
     * @throws DataException if more than the allowed share is without a partner, or the log cannot be joined this way
     */
    public static FrameLabels join(DriveEpoch epoch, JoinOptions options) throws IOException, InterruptedException {
        long[] times;
        try (VideoReader reader = VideoReader.open(epoch.video())) {
            times = reader.frameTimes();
        }
        float[] angles = new float[times.length];
        Arrays.fill(angles, Float.NaN);
        if (epoch.log() == null) {
            return new FrameLabels(times, angles, false, JoinReport.unlogged(times.length));
        }
        SteeringLog log = SteeringLog.read(epoch.log());
        if (options.by() == By.TIME) {
            if (!log.isTimed()) {
                throw new DataException(
                        Kind.BAD_ANNOTATION, epoch.log().toString(), "has no ts_micro: join it by frame index");
            }
            byTime(times, log, options, angles);
        } else {
            for (SteeringLog.Row row : log.rows()) {
                long frame = row.frame() - (long) options.offset();
                if (frame >= 0 && frame < angles.length) {
                    angles[(int) frame] = row.wheel();
                }
            }
        }
        int joined = 0;
        for (float angle : angles) {
            joined += Float.isNaN(angle) ? 0 : 1;
        }
        int rows = log.rows().size();
        int idle = options.by() == By.TIME ? rowsNearNoFrame(times, log, options) : Math.max(0, rows - joined);
        JoinReport report = new JoinReport(
                times.length,
                rows,
                joined,
                times.length - joined,
                idle,
                log.flaws().badRows(),
                log.flaws().blankLines(),
                log.flaws().crlf());
        if (report.mismatches() > options.maxMismatches() * times.length) {
            throw new DataException(
                    Kind.BAD_ANNOTATION,
                    epoch.log().toString(),
                    "does not fit " + epoch.videoName() + ": " + report + "; more than "
                            + Math.round(100 * options.maxMismatches()) + " % are without a partner"
                            + (log.flaws().badRows() == 0
                                    ? ""
                                    : "; " + log.flaws().firstBad()));
        }
        return new FrameLabels(times, angles, true, report);
    }

    /** Each frame takes the row that is nearest in time, or what lies between its two neighbours; rows are in order, and so are frames. */
    private static void byTime(long[] times, SteeringLog log, JoinOptions options, float[] angles) {
        if (log.rows().isEmpty()) {
            return;
        }
        long first = micros(log, 0);
        long tolerance = options.tolerance().toNanos() / 1000;
        long offset = Math.round(options.offset() * 1e6);
        int last = log.rows().size() - 1;
        int row = 0; // the last that is no later than the frame
        for (int frame = 0; frame < times.length; frame++) {
            long time = first + offset + times[frame];
            while (row < last && micros(log, row + 1) <= time) {
                row++;
            }
            int next = Math.min(row + 1, last);
            long before = Math.abs(time - micros(log, row));
            long behind = Math.abs(micros(log, next) - time);
            if (options.interpolate() && before != 0 && next != row && time > micros(log, row)) {
                if (before <= tolerance && behind <= tolerance) {
                    angles[frame] = (float) ((log.rows().get(row).wheel() * (double) behind
                                    + log.rows().get(next).wheel() * (double) before)
                            / (before + behind));
                }
            } else if (Math.min(before, behind) <= tolerance) {
                angles[frame] = log.rows().get(before < behind ? row : next).wheel();
            }
        }
    }

    /** Rows further from every frame than the tolerance: others may lie between frames, where the log is the denser of the two. */
    private static int rowsNearNoFrame(long[] times, SteeringLog log, JoinOptions options) {
        long tolerance = options.tolerance().toNanos() / 1000;
        long offset = Math.round(options.offset() * 1e6);
        int idle = 0;
        int frame = 0;
        for (int row = 0; row < log.rows().size(); row++) {
            long time = micros(log, row) - micros(log, 0) - offset;
            while (frame + 1 < times.length && Math.abs(times[frame + 1] - time) <= Math.abs(times[frame] - time)) {
                frame++;
            }
            idle += times.length == 0 || Math.abs(times[frame] - time) > tolerance ? 1 : 0;
        }
        return idle;
    }

    private static long micros(SteeringLog log, int row) {
        return log.rows().get(row).microseconds().orElseThrow();
    }

    /** When each frame is shown, in microseconds after the first. */
    public long[] times() {
        return times.clone();
    }

    /** Whether there is a log: without one no frame has a label, and none misses it. */
    public boolean logged() {
        return logged;
    }

    /** How many frames the video has. */
    public int frames() {
        return angles.length;
    }

    /** The angle of a frame; NaN where the log has none. */
    public float angle(int frame) {
        return angles[frame];
    }

    /** What was found. */
    public JoinReport report() {
        return report;
    }
}
