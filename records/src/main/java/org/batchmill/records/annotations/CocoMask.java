package org.batchmill.records.annotations;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;

/**
 * The box around a {@code segmentation} of COCO: polygons ({@code [[x, y, ...], ...]}, or one of them alone), or a mask in run lengths
 * ({@code {"size": [height, width], "counts": ...}}), which counts pixels down the columns, those outside first; {@code counts} is a list
 * or its compressed text. Format: the masks of the COCO API. Read while the file is parsed, so that no mask is kept.
 */
final class CocoMask {

    private static final int BITS = 5;
    private static final int MORE = 1 << BITS;
    private static final int SIGN = 1 << (BITS - 1);
    private static final int FIRST_CHARACTER = 48;
    private static final int LAST_CHARACTER = FIRST_CHARACTER + 2 * MORE - 1;
    private static final long MOST_PIXELS = Integer.MAX_VALUE;

    private double xmin = Double.POSITIVE_INFINITY;
    private double ymin = Double.POSITIVE_INFINITY;
    private double xmax = Double.NEGATIVE_INFINITY;
    private double ymax = Double.NEGATIVE_INFINITY;
    private String damage;

    private CocoMask() {}

    /** Reads the value at which the parser stands, which it leaves behind it. */
    static CocoMask read(JsonParser parser) throws IOException {
        CocoMask mask = new CocoMask();
        switch (parser.currentToken()) {
            case START_ARRAY -> mask.addPolygons(parser);
            case START_OBJECT -> mask.addRuns(parser);
            case VALUE_NULL -> {}
            default -> mask.damaged("neither polygons nor run lengths");
        }
        return mask;
    }

    /** The box around it: x, y, width, height in pixels; null where it is empty. */
    double[] bounds() {
        return xmin > xmax || ymin > ymax ? null : new double[] {xmin, ymin, xmax - xmin, ymax - ymin};
    }

    /** What is wrong with it, so that the box is not to be trusted; null if nothing is. */
    String damage() {
        return damage;
    }

    private void damaged(String how) {
        damage = damage == null ? how : damage;
    }

    private void add(double x, double y) {
        xmin = Math.min(xmin, x);
        ymin = Math.min(ymin, y);
        xmax = Math.max(xmax, x);
        ymax = Math.max(ymax, y);
    }

    private void addPolygons(JsonParser parser) throws IOException {
        double x = 0;
        boolean half = false;
        for (int depth = 1; depth > 0; ) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_ARRAY || token == JsonToken.END_ARRAY) {
                depth += token == JsonToken.START_ARRAY ? 1 : -1;
                if (half) {
                    damaged("a polygon of an odd number of values");
                }
                half = false;
            } else if (token.isNumeric()) {
                if (half) {
                    add(x, parser.getDoubleValue());
                }
                x = parser.getDoubleValue();
                half = !half;
            } else {
                damaged("a polygon with " + (token.isScalarValue() ? parser.getText() : "an object") + " for a number");
                parser.skipChildren();
            }
        }
    }

    private void addRuns(JsonParser parser) throws IOException {
        long[] size = {};
        long[] counts = {};
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken token = parser.nextToken();
            if (field.equals("size") && token == JsonToken.START_ARRAY) {
                size = numbers(parser);
            } else if (field.equals("counts") && token == JsonToken.START_ARRAY) {
                counts = numbers(parser);
            } else if (field.equals("counts") && token == JsonToken.VALUE_STRING) {
                counts = decompressed(parser.getText());
            } else {
                parser.skipChildren();
            }
        }
        if (size.length != 2 || size[0] < 1 || size[1] < 1 || size[0] > MOST_PIXELS / size[1]) {
            damaged("run lengths without size: [height, width]");
        } else if (damage == null) {
            addRuns(size[0], counts);
            requirePixels(counts, size[0] * size[1]);
        }
    }

    /** Runs that are cut off would give a smaller box; the last one, of pixels outside, may be left out. */
    private void requirePixels(long[] counts, long pixels) {
        long left = pixels;
        for (long count : counts) {
            if (count < 0 || count > left) {
                damaged(count < 0 ? "a run of " + count + " pixels" : "runs of more pixels than its size has");
                return;
            }
            left -= count;
        }
        if (left > 0 && counts.length % 2 == 1) {
            damaged("runs of " + (pixels - left) + " pixels where its size has " + pixels);
        }
    }

    private static long[] numbers(JsonParser parser) throws IOException {
        long[] numbers = new long[16];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
            }
            numbers[count++] = parser.getValueAsLong();
            parser.skipChildren();
        }
        return Arrays.copyOf(numbers, count);
    }

    /** Each count is the difference from the last but one, from the fourth on, in groups of five bits, the lowest first. */
    private long[] decompressed(String text) {
        if (text.chars().anyMatch(c -> c < FIRST_CHARACTER || c > LAST_CHARACTER)) {
            damaged("counts with characters that stand for no number");
            return new long[0];
        }
        long[] counts = new long[text.length()];
        int count = 0;
        int at = 0;
        while (at < text.length()) {
            long value = 0;
            int shift = 0;
            int group = MORE;
            while ((group & MORE) != 0 && at < text.length()) {
                group = text.charAt(at++) - FIRST_CHARACTER;
                value |= shift < Long.SIZE ? (long) (group & (MORE - 1)) << shift : 0;
                shift += BITS;
            }
            if ((group & SIGN) != 0 && shift < Long.SIZE) {
                value |= -1L << shift;
            }
            counts[count] = count > 2 ? value + counts[count - 2] : value;
            count++;
        }
        return Arrays.copyOf(counts, count);
    }

    private void addRuns(long height, long[] counts) {
        long start = 0;
        for (int i = 0; i < counts.length; i++) {
            long end = start + Math.max(0, counts[i]);
            if (i % 2 == 1 && end > start) {
                long left = start / height;
                long right = (end - 1) / height;
                boolean oneColumn = left == right;
                double top = oneColumn ? start % height : 0;
                double bottom = oneColumn ? (end - 1) % height + 1 : height;
                add((double) left, top);
                add((double) (right + 1), bottom);
            }
            start = end;
        }
    }
}
