package org.batchmill.jobs.detect;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.augment.transform.Crop;
import org.batchmill.jobs.options.TextForm;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;

/**
 * A part of an image in pixels, as Python slices it: {@code 500:1280,300:650} are the columns 500 to 1279 and the rows 300 to 649.
 * An end left out is the image's.
 *
 * @param right  the first column behind it, -1 for the image's end
 * @param bottom the first row behind it, -1 for the image's end
 */
public record CropWindow(int left, int right, int top, int bottom) {

    private static final Pattern FORM = Pattern.compile("(\\d*):(\\d*),(\\d*):(\\d*)");

    /** Reads {@code x0:x1,y0:y1}. */
    public static CropWindow parse(String text) {
        Matcher numbers = FORM.matcher(text);
        if (!numbers.matches()) {
            throw new UsageException("x0:x1,y0:y1 in pixels, for instance 500:1280,300:650, not " + text);
        }
        return new CropWindow(
                number(numbers.group(1), 0),
                number(numbers.group(2), -1),
                number(numbers.group(3), 0),
                number(numbers.group(4), -1));
    }

    private static int number(String text, int otherwise) {
        return text.isEmpty() ? otherwise : Integer.parseInt(text);
    }

    /**
     * The window as a step of augmentation for images of a size.
     *
     * @throws UsageException if it leaves nothing of the image
     */
    Crop step(int width, int height, String where) {
        int x1 = right < 0 ? width : Math.min(right, width);
        int y1 = bottom < 0 ? height : Math.min(bottom, height);
        if (left >= x1 || top >= y1) {
            throw new OptionException("{crop} leaves nothing of {}, which is {} x {}", where, width, height);
        }
        return new Crop((double) left / width, (double) top / height, (double) x1 / width, (double) y1 / height);
    }

    @Override
    public String toString() {
        return left + ":" + (right < 0 ? "" : right) + "," + top + ":" + (bottom < 0 ? "" : bottom);
    }

    /** How an option has it. */
    public static final class Text implements TextForm<CropWindow> {
        @Override
        public CropWindow parse(String text) {
            return CropWindow.parse(text);
        }
    }
}
