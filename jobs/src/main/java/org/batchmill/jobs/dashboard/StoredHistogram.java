package org.batchmill.jobs.dashboard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.batchmill.records.DataException;
import org.batchmill.records.protobuf.WireReader;

/**
 * A histogram of an event file, brought to bars of equal width between its smallest and its largest value; what a bucket holds is spread
 * evenly over it. A plain value.
 */
@SuppressWarnings("ArrayRecordComponent") // written out, never compared
record StoredHistogram(double min, double max, double count, double[] bars) {

    /** @param message TensorFlow's HistogramProto */
    static StoredHistogram of(ByteBuffer message, int bars) throws DataException {
        WireReader reader = new WireReader(message, "histogram");
        double min = 0;
        double max = 0;
        double count = 0;
        double[] limits = {};
        double[] counts = {};
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> min = reader.number().getDouble();
                case 2 -> max = reader.number().getDouble();
                case 3 -> count = reader.number().getDouble();
                case 6 -> limits = doubles(reader.bytes());
                case 7 -> counts = doubles(reader.bytes());
                default -> reader.skip();
            }
        }
        if (!Double.isFinite(max - min) || max < min || limits.length != counts.length) {
            throw reader.damaged("no histogram");
        }
        return new StoredHistogram(min, max, count, spread(min, max, limits, counts, bars));
    }

    private static double[] doubles(ByteBuffer packed) {
        double[] values = new double[packed.remaining() / Double.BYTES];
        packed.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
        return values;
    }

    private static double[] spread(double min, double max, double[] limits, double[] counts, int bars) {
        double[] heights = new double[bars];
        double width = (max - min) / bars;
        double before = min;
        for (int i = 0; i < limits.length; i++) {
            double left = Math.max(min, Math.min(max, before));
            double right = Math.max(left, Math.min(max, limits[i]));
            before = limits[i];
            if (!(counts[i] > 0) || !Double.isFinite(counts[i]) || Double.isNaN(right)) {
                continue;
            }
            if (width == 0 || right == left) {
                heights[bar(left, min, width, bars)] += counts[i];
                continue;
            }
            int last = bar(right, min, width, bars);
            for (int bar = bar(left, min, width, bars); bar <= last; bar++) {
                double overlap = Math.min(right, min + (bar + 1) * width) - Math.max(left, min + bar * width);
                heights[bar] += counts[i] * Math.max(0, overlap) / (right - left);
            }
        }
        return heights;
    }

    private static int bar(double value, double min, double width, int bars) {
        return width == 0 ? bars / 2 : Math.max(0, Math.min(bars - 1, (int) ((value - min) / width)));
    }
}
