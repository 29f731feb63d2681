package org.batchmill.jobs.steering;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleSource;

/**
 * The names and angles of a data set's frames, in its order: read once, before training. A frame that cannot be read has no name and
 * the angle NaN; whoever reads it later hears why. Immutable.
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record DriveAngles(String[] ids, float[] angles) {

    /** @throws DataException if a frame has no angle, or no frame can be read */
    public static DriveAngles read(SampleSource.Indexed source) throws IOException {
        int size = Math.toIntExact(source.size());
        String[] ids = new String[size];
        float[] angles = new float[size];
        DataException last = null;
        int good = 0;
        for (int i = 0; i < size; i++) {
            try {
                SampleSource.Described sample = source.describe(i);
                if (!(sample.labels() instanceof Labels.Steering steering)) {
                    throw new DataException(
                            DataException.Kind.BAD_ANNOTATION, sample.id().value(), "has no steering angle");
                }
                ids[i] = sample.id().value();
                angles[i] = steering.angle();
                good++;
            } catch (DataException e) {
                last = e;
                angles[i] = Float.NaN;
            }
        }
        if (good == 0 && last != null) {
            throw last;
        }
        return new DriveAngles(ids, angles);
    }

    /** The mean angle: the prediction of the simplest baseline. */
    public double mean() {
        double sum = 0;
        int count = 0;
        for (float angle : angles) {
            if (!Float.isNaN(angle)) {
                sum += angle;
                count++;
            }
        }
        return sum / count;
    }

    /** The largest angle, whatever its sign; 1 where all are 0. */
    public double range() {
        double range = 0;
        for (float angle : angles) {
            range = Float.isNaN(angle) ? range : Math.max(range, Math.abs(angle));
        }
        return range > 0 ? range : 1;
    }

    /** One line for people. */
    public String summary() {
        double[] known = known();
        long straight = Arrays.stream(known).filter(angle -> angle == 0).count();
        return String.format(
                Locale.ROOT,
                "mean %.4f, largest %.4g, %.0f %% exactly 0",
                mean(),
                range(),
                100.0 * straight / known.length);
    }

    /** How many angles lie in each of so many equal parts of [-range, range]. */
    long[] histogram(int bins) {
        long[] counts = new long[bins];
        double range = range();
        for (float angle : angles) {
            if (!Float.isNaN(angle)) {
                counts[bin(angle, range, bins)]++;
            }
        }
        return counts;
    }

    static int bin(float angle, double range, int bins) {
        return (int) Math.max(0, Math.min(bins - 1, Math.floor((angle / range + 1) / 2 * bins)));
    }

    /** The angles that are known. */
    double[] known() {
        double[] known = new double[angles.length];
        int count = 0;
        for (float angle : angles) {
            if (!Float.isNaN(angle)) {
                known[count++] = angle;
            }
        }
        return Arrays.copyOf(known, count);
    }
}
