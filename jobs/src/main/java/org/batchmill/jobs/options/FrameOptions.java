package org.batchmill.jobs.options;

/** What a steering network sees of each frame. Null is the recipe's own. Not thread-safe while it is being filled in. */
public final class FrameOptions {

    private String crop;
    private String colour;
    private String inputSize;
    private Integer frames;
    private Integer frameGap;

    /** The part of each frame, {@code x0:x1,y0:y1} in pixels or in shares of the frame. */
    public String crop() {
        return crop;
    }

    public FrameOptions crop(String value) {
        crop = value;
        return this;
    }

    /** {@code rgb}, {@code bgr}, {@code yuv} or {@code hsv}. */
    public String colour() {
        return colour;
    }

    public FrameOptions colour(String value) {
        colour = value;
        return this;
    }

    /** The network's picture, {@code HEIGHTxWIDTH}; null for the model's own. */
    public String inputSize() {
        return inputSize;
    }

    public FrameOptions inputSize(String value) {
        inputSize = value;
        return this;
    }

    /** Frames in a sample, the newest last: stacked as channels, or a sequence for a model with an LSTM. */
    public Integer frames() {
        return frames;
    }

    public FrameOptions frames(Integer value) {
        frames = value;
        return this;
    }

    /** How many frames lie from one of them to the next. */
    public Integer frameGap() {
        return frameGap;
    }

    public FrameOptions frameGap(Integer value) {
        frameGap = value;
        return this;
    }

    /** Whether any of them was given. */
    public boolean areGiven() {
        return crop != null || colour != null || inputSize != null || frames != null || frameGap != null;
    }
}
