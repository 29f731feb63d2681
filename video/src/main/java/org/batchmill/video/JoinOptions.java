package org.batchmill.video;

import java.io.Serializable;
import java.time.Duration;
import org.batchmill.records.UsageException;

/**
 * How frames find their labels.
 *
 * @param by            what is compared
 * @param tolerance     by time: how far the nearest row may be from its frame
 * @param maxMismatches the largest share of frames and rows that may be without a partner, of all frames
 */
public record JoinOptions(By by, Duration tolerance, double maxMismatches) implements Serializable {

    /** What of a row is compared with what of a frame. */
    public enum By {
        /** The row's frame number: right wherever the log has one, because clocks drift. */
        INDEX,
        /** The row's time stamp, counted from the first row, with the time of the frame, counted from the first frame. */
        TIME
    }

    /** By index; 2 % may be without a partner. */
    public static final JoinOptions DEFAULT = new JoinOptions(By.INDEX, Duration.ofMillis(50), 0.02);

    public JoinOptions {
        if (tolerance.isNegative() || !(maxMismatches >= 0)) {
            throw new UsageException("the tolerance and the share of mismatches cannot be negative");
        }
    }

    public JoinOptions by(By by) {
        return new JoinOptions(by, tolerance, maxMismatches);
    }

    public JoinOptions tolerance(Duration tolerance) {
        return new JoinOptions(by, tolerance, maxMismatches);
    }

    public JoinOptions maxMismatches(double maxMismatches) {
        return new JoinOptions(by, tolerance, maxMismatches);
    }
}
