package org.batchmill.records.annotations;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.batchmill.records.BoxRules.PixelBox;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.image.ImageHeader;

/**
 * A line of a label file: an object. Its class, then centre x, centre y, width and height of its box; or the points of a polygon, three
 * at least (four are the corners of an oriented box); or a box and key points, where {@code data.yaml} says how many. All are
 * fractions of the image. Of a polygon the box around it is taken, of key points none.
 *
 * @param keyPointValues the values of key points that follow a box; 0 if there are none
 * @param classes        the names in label order; empty if classes are called by their numbers
 */
record YoloLine(int keyPointValues, List<String> classes) {

    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern FLOAT = Pattern.compile("(?s)\\+?\\d.*[.eE].*");

    /** An object as most files have it, by which a text file is told from any other: a class, then numbers. */
    private static final Pattern CLASS = Pattern.compile("\\d+(\\.0*)?");

    private static final Pattern VALUE = Pattern.compile("[-+.eE\\d]+");

    private static final int BOX = 5;
    private static final int POLYGON = 7;

    /** Whether a line looks like an object. */
    static boolean looksLikeOne(String line) {
        String[] fields = SPACES.split(line, -1);
        return fields.length >= BOX
                && CLASS.matcher(fields[0]).matches()
                && Arrays.stream(fields).skip(1).allMatch(field -> VALUE.matcher(field)
                        .matches());
    }

    /** The box of an object, in pixels, not checked. */
    PixelBox box(String line, ImageHeader image, String where) throws DataException {
        String[] fields = SPACES.split(line, -1);
        String name = className(line, where);
        boolean boxed = fields.length == BOX || keyPointValues > 0;
        if (boxed ? fields.length != BOX && fields.length != BOX + keyPointValues : fields.length < POLYGON) {
            throw new DataException(Kind.BAD_ANNOTATION, where, wrongCount(fields.length));
        }
        double[] values = new double[fields.length - 1];
        for (int i = 0; i < values.length; i++) {
            values[i] = Numbers.parse(fields[i + 1], where);
        }
        int width = image.uprightWidth();
        int height = image.uprightHeight();
        if (boxed) {
            return new PixelBox(
                    name,
                    (values[0] - values[2] / 2) * width,
                    (values[1] - values[3] / 2) * height,
                    (values[0] + values[2] / 2) * width,
                    (values[1] + values[3] / 2) * height,
                    false,
                    false);
        }
        if (values.length % 2 != 0) {
            throw new DataException(Kind.BAD_ANNOTATION, where, wrongCount(fields.length));
        }
        if (looksLikeVisibilities(values)) {
            throw new DataException(
                    Kind.BAD_ANNOTATION,
                    where,
                    "a box with key points and their visibility, not the points of a polygon: data.yaml must say how"
                            + " many, kpt_shape: [" + (values.length - 4) / 3 + ", 3]");
        }
        double[] edges = {values[0], values[1], values[0], values[1]};
        for (int i = 0; i < values.length; i += 2) {
            edges[0] = Math.min(edges[0], values[i]);
            edges[1] = Math.min(edges[1], values[i + 1]);
            edges[2] = Math.max(edges[2], values[i]);
            edges[3] = Math.max(edges[3], values[i + 1]);
        }
        return new PixelBox(
                name, edges[0] * width, edges[1] * height, edges[2] * width, edges[3] * height, false, false);
    }

    /** Whether every third value behind a box is 0, 1 or 2, and what is before it a point in the box, as no polygon's are. */
    private static boolean looksLikeVisibilities(double[] values) {
        if (values.length < 10 || (values.length - 4) % 3 != 0) {
            return false;
        }
        for (int i = 4; i < values.length; i += 3) {
            double visibility = values[i + 2];
            boolean seen = visibility == 1 || visibility == 2;
            if (visibility != 0 && !(seen && isInBox(values, i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a line that is read as a polygon could as well be a box and key points, which {@code kpt_shape} would tell: its first two
     * points make a box that holds all others.
     */
    boolean couldBeKeyPoints(String line, String where) throws DataException {
        String[] fields = SPACES.split(line, -1);
        if (keyPointValues > 0 || fields.length < POLYGON + 2 || fields.length % 2 == 0) {
            return false;
        }
        double[] values = new double[fields.length - 1];
        for (int i = 0; i < values.length; i++) {
            values[i] = Numbers.parse(fields[i + 1], where);
        }
        for (int i = 4; i < values.length; i += 2) {
            boolean missing = values[i] == 0 && values[i + 1] == 0;
            if (!missing && !isInBox(values, i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a point lies in the box that the first four values are, or just outside. */
    private static boolean isInBox(double[] values, int point) {
        double reach = 0.55;
        return Math.abs(values[point] - values[0]) <= values[2] * reach
                && Math.abs(values[point + 1] - values[1]) <= values[3] * reach;
    }

    private String wrongCount(int count) {
        String reason = count + " values instead of 5";
        if (keyPointValues > 0) {
            return reason + ", or of " + (BOX + keyPointValues) + " with the key points of data.yaml";
        }
        if (count == BOX + 1) {
            return reason + ": a detection with its confidence, or a box with its angle, is no label";
        }
        return count > BOX ? reason + ", nor points of a polygon; key points need kpt_shape in data.yaml" : reason;
    }

    /** The class of an object; {@code 0.0}, as numpy writes it, is the class 0. */
    String className(String line, String where) throws DataException {
        String text = SPACES.split(line, 2)[0];
        if (text.indexOf(',') >= 0 || text.indexOf(';') >= 0) {
            throw new DataException(Kind.BAD_ANNOTATION, where, "values are parted by spaces, not by commas");
        }
        long number = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : wholeNumber(text, where);
        if (classes.isEmpty()) {
            return Long.toString(number);
        }
        if (number >= classes.size()) {
            throw new DataException(
                    Kind.BAD_ANNOTATION, where, "the class " + number + " is not in 0 to " + (classes.size() - 1));
        }
        return classes.get((int) number);
    }

    private static long wholeNumber(String text, String where) throws DataException {
        double value = FLOAT.matcher(text).matches() ? Numbers.parse(text, where) : Double.NaN;
        if (value >= 0 && value < Integer.MAX_VALUE && value == Math.rint(value)) {
            return (long) value;
        }
        return Numbers.parseIndex(text, where);
    }
}
