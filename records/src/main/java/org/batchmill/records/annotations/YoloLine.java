package org.batchmill.records.annotations;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.batchmill.records.BoxRules.PixelBox;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.ImageHeader;

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
    private static final Pattern FLOAT = Pattern.compile("\\+?\\d.*[.eE].*");

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

    /** The box of an object, in pixels, not judged. */
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
        double value = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : wholeNumber(text, where);
        int number = (int) value;
        if (classes.isEmpty()) {
            return Integer.toString(number);
        }
        if (number >= classes.size()) {
            throw new DataException(
                    Kind.BAD_ANNOTATION, where, "the class " + number + " is not in 0 to " + (classes.size() - 1));
        }
        return classes.get(number);
    }

    private static double wholeNumber(String text, String where) throws DataException {
        double value = FLOAT.matcher(text).matches() ? Numbers.parse(text, where) : Double.NaN;
        if (value >= 0 && value < Integer.MAX_VALUE && value == Math.rint(value)) {
            return value;
        }
        return Numbers.parseIndex(text, where);
    }
}
