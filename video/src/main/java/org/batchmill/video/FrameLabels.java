package org.batchmill.video;

import java.io.IOException;
import java.util.Arrays;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.annotations.SteeringLog;
import org.batchmill.video.JoinOptions.By;

/** The steering of each frame of a video. Immutable. */
public final class FrameLabels {

    private final float[] angles;
    private final JoinReport report;

    private FrameLabels(float[] angles, JoinReport report) {
        this.angles = angles;
        this.report = report;
    }

    /**
     * Joins a drive's frames with its log. Reads the packets of the video, without decoding, and the log.
     *
     * @throws DataException if more than the allowed share is without a partner, or the log cannot be joined this way
     */
    public static FrameLabels join(DriveEpoch epoch, JoinOptions options) throws IOException, InterruptedException {
        SteeringLog log = SteeringLog.read(epoch.log());
        long[] times;
        try (VideoReader reader = VideoReader.open(epoch.video())) {
            times = reader.frameTimes();
        }
        float[] angles = new float[times.length];
        Arrays.fill(angles, Float.NaN);
        if (options.by() == By.TIME) {
            if (!log.isTimed()) {
                throw new DataException(
                        Kind.BAD_ANNOTATION, epoch.log().toString(), "has no ts_micro: join it by frame index");
            }
            byTime(times, log, options, angles);
        } else {
            for (SteeringLog.Row row : log.rows()) {
                if (row.frame() < angles.length) {
                    angles[(int) row.frame()] = row.wheel();
                }
            }
        }
        int joined = 0;
        for (float angle : angles) {
            joined += Float.isNaN(angle) ? 0 : 1;
        }
        int rows = log.rows().size();
        JoinReport report = new JoinReport(
                times.length,
                rows,
                joined,
                times.length - joined,
                Math.max(0, rows - joined),
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
        return new FrameLabels(angles, report);
    }

    /** Each frame takes the row that is nearest in time; rows are in order, and so are frames. */
    private static void byTime(long[] times, SteeringLog log, JoinOptions options, float[] angles) {
        if (log.rows().isEmpty()) {
            return;
        }
        long first = micros(log, 0);
        long tolerance = options.tolerance().toNanos() / 1000;
        int row = 0;
        for (int frame = 0; frame < times.length; frame++) {
            while (row + 1 < log.rows().size()
                    && distance(log, row + 1, first, times[frame]) <= distance(log, row, first, times[frame])) {
                row++;
            }
            if (distance(log, row, first, times[frame]) <= tolerance) {
                angles[frame] = log.rows().get(row).wheel();
            }
        }
    }

    private static long distance(SteeringLog log, int row, long first, long time) {
        return Math.abs(micros(log, row) - first - time);
    }

    private static long micros(SteeringLog log, int row) {
        return log.rows().get(row).microseconds().orElseThrow();
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
