package org.batchmill.video;

import java.io.Serializable;
import java.time.Duration;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;

/**
 * How frames find their labels.
 *
 * @param by            what is compared
 * @param tolerance     by time: how far a row may be from its frame
 * @param offset        how much later a frame's label is logged than the frame: by time in seconds, by index in frames
 * @param interpolate   by time: a frame between two rows, both within the tolerance, takes what lies between their values
 * @param maxMismatches the largest share of frames and rows that may be without a partner, of all frames
 */
public record JoinOptions(By by, Duration tolerance, double offset, boolean interpolate, double maxMismatches)
        implements Serializable {

    /** What of a row is compared with what of a frame. */
    public enum By {
        /** The row's frame number: right wherever the log has one, because clocks drift. */
        INDEX,
        /** The row's time stamp, counted from the first row, with the time of the frame, counted from the first frame. */
        TIME
    }

    /** By index; 2 % may be without a partner. */
    public static final JoinOptions DEFAULT = new JoinOptions(By.INDEX, Duration.ofMillis(50), 0, false, 0.02);

    public JoinOptions {
        if (tolerance.isNegative() || !(maxMismatches >= 0)) {
            throw new UsageException("the tolerance and the share of mismatches cannot be negative");
        }
        if (!Double.isFinite(offset) || (by == By.INDEX && offset != Math.rint(offset))) {
            throw new OptionException("{label-offset} of a join by index is a number of frames, not {}", offset);
        }
        if (interpolate && by == By.INDEX) {
            throw new OptionException("{interpolate} needs {join} time: an index has its own row");
        }
    }

    public JoinOptions by(By by) {
        return new JoinOptions(by, tolerance, offset, interpolate, maxMismatches);
    }

    public JoinOptions tolerance(Duration tolerance) {
        return new JoinOptions(by, tolerance, offset, interpolate, maxMismatches);
    }

    public JoinOptions maxMismatches(double maxMismatches) {
        return new JoinOptions(by, tolerance, offset, interpolate, maxMismatches);
    }

    /** Labels that are logged later than their frames, by seconds or frames. */
    public JoinOptions offset(double offset) {
        return new JoinOptions(by, tolerance, offset, interpolate, maxMismatches);
    }

    public JoinOptions interpolate(boolean interpolate) {
        return new JoinOptions(by, tolerance, offset, interpolate, maxMismatches);
    }
}
