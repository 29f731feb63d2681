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

    private double xmin = Double.POSITIVE_INFINITY;
    private double ymin = Double.POSITIVE_INFINITY;
    private double xmax = Double.NEGATIVE_INFINITY;
    private double ymax = Double.NEGATIVE_INFINITY;

    private CocoMask() {}

    /**
     * The box around the value at which the parser stands, which it leaves behind it.
     *
     * @return x, y, width, height in pixels; null where the value is no segmentation or an empty one
     */
    static double[] bounds(JsonParser parser) throws IOException {
        CocoMask mask = new CocoMask();
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            mask.addPolygons(parser);
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
            mask.addRuns(parser);
        }
        return mask.xmin > mask.xmax || mask.ymin > mask.ymax
                ? null
                : new double[] {mask.xmin, mask.ymin, mask.xmax - mask.xmin, mask.ymax - mask.ymin};
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
            if (token == JsonToken.START_ARRAY) {
                depth++;
                half = false;
            } else if (token == JsonToken.END_ARRAY) {
                depth--;
            } else if (token.isNumeric()) {
                if (half) {
                    add(x, parser.getDoubleValue());
                }
                x = parser.getDoubleValue();
                half = !half;
            } else {
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
        if (size.length == 2 && size[0] > 0) {
            addRuns(size[0], counts);
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
    private static long[] decompressed(String text) {
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
