package org.batchmill.video;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.augment.transform.Crop;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;

/**
 * The part of each frame that is kept, as {@code x0:x1,y0:y1}: {@code :,60:136} are the rows 60 to 135 in pixels, {@code
 * :,.375:.85} the same of a frame of any height, as shares of it. An edge left out is the frame's.
 *
 * @param text as it is written
 */
public record FrameCrop(String text) implements Serializable {

    private static final String NUMBER = "(\\d{0,5}|\\d?\\.\\d{1,9})";
    private static final Pattern FORM = Pattern.compile(NUMBER + ":" + NUMBER + "," + NUMBER + ":" + NUMBER);

    /** All of it; made when the pattern above is there. */
    public static final FrameCrop WHOLE = new FrameCrop(":,:");

    /** @throws UsageException if it is no crop, or holds nothing */
    public FrameCrop {
        double[] edges = edges(text);
        if (edges[0] >= edges[1] || edges[2] >= edges[3]) {
            throw new OptionException("{crop} {} holds nothing: the lower edge comes first", text);
        }
    }

    /** Left, right, top and bottom; an edge left out is 0 or infinite. */
    private static double[] edges(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new OptionException(
                    "{crop} is x0:x1,y0:y1 in pixels or in shares of the frame, for instance :,60:136 or :,.375:.85,"
                            + " not {}",
                    text);
        }
        double[] edges = new double[4];
        for (int i = 0; i < 4; i++) {
            String number = matcher.group(i + 1);
            edges[i] = number.isEmpty() ? (i % 2 == 0 ? 0 : Double.POSITIVE_INFINITY) : Double.parseDouble(number);
            if (number.contains(".") && edges[i] > 1) {
                throw new OptionException("{crop} {}: a share of the frame is 0 to 1", text);
            }
        }
        return edges;
    }

    /** Whether nothing is cut off. */
    public boolean isWhole() {
        return text.equals(WHOLE.text);
    }

    /**
     * The columns and rows of a frame of this size: left, right, top, bottom, the second and fourth behind the last.
     *
     * @param where names the frame, for the error
     * @throws UsageException if the crop reaches out of the frame
     */
    private int[] pixels(int height, int width, String where) {
        double[] edges = edges(text);
        Matcher matcher = FORM.matcher(text);
        matcher.matches();
        int[] pixels = new int[4];
        for (int i = 0; i < 4; i++) {
            int side = i < 2 ? width : height;
            double edge = matcher.group(i + 1).contains(".") ? edges[i] * side : edges[i];
            pixels[i] = Double.isInfinite(edge) ? side : (int) Math.rint(edge);
        }
        if (pixels[1] > width || pixels[3] > height || pixels[0] >= pixels[1] || pixels[2] >= pixels[3]) {
            throw new OptionException(
                    "{crop} {} does not lie in {}, which is {} x {} pixels", text, where, width, height);
        }
        return pixels;
    }

    /** The crop of a video's frames, at their own size. */
    public FrameShape shape(int height, int width, String where) {
        int[] edges = pixels(height, width, where);
        return FrameShape.WHOLE.columns(edges[0], edges[1]).rows(edges[2], edges[3]);
    }

    /** The crop as a step of augmentation for images of this size. */
    public Crop step(int height, int width, String where) {
        int[] edges = pixels(height, width, where);
        return new Crop(
                (double) edges[0] / width,
                (double) edges[2] / height,
                (double) edges[1] / width,
                (double) edges[3] / height);
    }

    /**
     * The crop as a step of augmentation for images of any size.
     *
     * @throws UsageException if an edge is in pixels
     */
    public Crop shares() {
        double[] edges = edges(text);
        if (text.matches("(?s).*(?<![.\\d])[1-9]\\d*(?![.\\d]).*")) {
            throw new OptionException(
                    "{crop} {}: give the edges as shares of the frame, for instance :,.375:.85", text);
        }
        return new Crop(edges[0], edges[2], Math.min(1, edges[1]), Math.min(1, edges[3]));
    }

    @Override
    public String toString() {
        return text;
    }
}
