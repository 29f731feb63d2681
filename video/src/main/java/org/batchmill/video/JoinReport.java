package org.batchmill.video;

/**
 * What a join found.
 *
 * @param frames           of the video
 * @param rows             of the log that hold a value
 * @param joined           frames that got a label
 * @param framesWithoutRow frames that got none
 * @param rowsWithoutFrame rows that no frame wanted; by time those that are near no frame
 * @param badRows          rows that are no numbers, not finite, or not in order
 * @param blankLines       lines without anything, which do no harm
 * @param crlf             whether lines end as on Windows, which does no harm
 */
public record JoinReport(
        int frames,
        int rows,
        int joined,
        int framesWithoutRow,
        int rowsWithoutFrame,
        int badRows,
        int blankLines,
        boolean crlf) {

    /** Of a video without a log. */
    static JoinReport unlogged(int frames) {
        return new JoinReport(frames, 0, 0, frames, 0, 0, 0, false);
    }

    /** Frames and rows without a partner. */
    public int mismatches() {
        // A bad row leaves a frame without one: it is not counted twice.
        return Math.max(framesWithoutRow, badRows) + rowsWithoutFrame;
    }

    @Override
    public String toString() {
        return frames + " frames, " + rows + " rows, " + joined + " joined, " + framesWithoutRow
                + " frames without a row, "
                + rowsWithoutFrame + " rows without a frame, " + badRows + " bad rows, " + blankLines + " blank lines"
                + (crlf ? ", CRLF" : "");
    }
}
