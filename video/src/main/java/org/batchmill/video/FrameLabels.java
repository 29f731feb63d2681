package org.batchmill.video;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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
        Timed timed = null;
        if (options.by() == By.TIME) {
            if (!log.isTimed() && !log.rows().isEmpty()) {
                throw new DataException(
                        Kind.BAD_ANNOTATION, epoch.log().toString(), "has no ts_micro: join it by frame index");
            }
            timed = Timed.of(log);
            byTime(times, timed, options, angles);
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
        int idle = timed != null ? rowsNearNoFrame(times, timed, options) : Math.max(0, rows - joined);
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
                                    : "; " + log.flaws().firstBad())
                            + (timed != null ? disorder(log) : ""));
        }
        return new FrameLabels(times, angles, true, report);
    }

    /**
     * The rows of a log in the order of their times, which one that was written by several threads need not have.
     *
     * @param start of the clock: the time of the log's first row
     */
    private record Timed(List<SteeringLog.Row> rows, long start) {

        static Timed of(SteeringLog log) {
            List<SteeringLog.Row> rows = log.rows().stream()
                    .sorted(Comparator.comparingLong(FrameLabels::micros))
                    .toList();
            return new Timed(rows, rows.isEmpty() ? 0 : micros(log.rows().get(0)));
        }

        long time(int row) {
            return FrameLabels.micros(rows.get(row));
        }

        float wheel(int row) {
            return rows.get(row).wheel();
        }
    }

    /** Each frame takes the row that is nearest in time, or what lies between its two neighbours. */
    private static void byTime(long[] times, Timed log, JoinOptions options, float[] angles) {
        if (log.rows.isEmpty()) {
            return;
        }
        long tolerance = options.tolerance().toNanos() / 1000;
        long offset = Math.round(options.offset() * 1e6);
        int last = log.rows.size() - 1;
        int row = 0; // the last that is no later than the frame
        for (int frame = 0; frame < times.length; frame++) {
            long time = log.start + offset + times[frame];
            while (row < last && log.time(row + 1) <= time) {
                row++;
            }
            int next = Math.min(row + 1, last);
            long before = Math.abs(time - log.time(row));
            long behind = Math.abs(log.time(next) - time);
            if (options.interpolate() && before != 0 && next != row && time > log.time(row)) {
                if (before <= tolerance && behind <= tolerance) {
                    angles[frame] = (float) ((log.wheel(row) * (double) behind + log.wheel(next) * (double) before)
                            / (before + behind));
                }
            } else if (Math.min(before, behind) <= tolerance) {
                angles[frame] = log.wheel(before < behind ? row : next);
            }
        }
    }

    /** Rows further from every frame than the tolerance: others may lie between frames, where the log is the denser of the two. */
    private static int rowsNearNoFrame(long[] times, Timed log, JoinOptions options) {
        long tolerance = options.tolerance().toNanos() / 1000;
        long offset = Math.round(options.offset() * 1e6);
        int idle = 0;
        int frame = 0;
        for (int row = 0; row < log.rows.size(); row++) {
            long time = log.time(row) - log.start - offset;
            while (frame + 1 < times.length && Math.abs(times[frame + 1] - time) <= Math.abs(times[frame] - time)) {
                frame++;
            }
            idle += times.length == 0 || Math.abs(times[frame] - time) > tolerance ? 1 : 0;
        }
        return idle;
    }

    private static long micros(SteeringLog.Row row) {
        return row.microseconds().orElseThrow();
    }

    /** The first row whose time is before that of the row before it; empty where there is none. */
    private static String disorder(SteeringLog log) {
        for (int row = 1; row < log.rows().size(); row++) {
            if (micros(log.rows().get(row)) < micros(log.rows().get(row - 1))) {
                return String.format(
                        Locale.ROOT,
                        "; the clock goes back: frame %d was logged %.3f s before frame %d",
                        log.rows().get(row).frame(),
                        (micros(log.rows().get(row - 1)) - micros(log.rows().get(row))) * 1e-6,
                        log.rows().get(row - 1).frame());
            }
        }
        return "";
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
