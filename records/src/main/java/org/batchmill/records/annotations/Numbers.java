package org.batchmill.records.annotations;

import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.TextFields;

/** Numbers in label files. */
final class Numbers {

    private Numbers() {}

    /**
     * A number.
     *
     * @param place the file and the place in it, for errors
     * @throws DataException of kind {@link Kind#BAD_ANNOTATION} if the text is no finite number
     */
    static double parse(String text, String place) throws DataException {
        double value;
        if (TextFields.isJavasOwn(text)) {
            throw new DataException(Kind.BAD_ANNOTATION, place, "\"" + shortened(text) + "\" is not a number");
        }
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new DataException(Kind.BAD_ANNOTATION, place, "\"" + shortened(text) + "\" is not a number", e);
        }
        if (!Double.isFinite(value)) {
            throw new DataException(Kind.BAD_ANNOTATION, place, "\"" + shortened(text) + "\" is not a finite number");
        }
        return value;
    }

    /**
     * A whole number from 0.
     *
     * @throws DataException of kind {@link Kind#BAD_ANNOTATION} if the text is none
     */
    static long parseIndex(String text, String place) throws DataException {
        if (!text.matches("\\d{1,18}")) {
            throw new DataException(
                    Kind.BAD_ANNOTATION, place, "\"" + shortened(text) + "\" is not a whole number from 0");
        }
        return Long.parseLong(text);
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
