package org.batchmill.train.task;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What a steering network sees of a drive; kept in its checkpoint, so that evaluating and driving show it the same. A plain value.
 *
 * @param crop   the part of each frame, {@code x0:x1,y0:y1} in pixels or in shares of the frame; {@code :,:} for all of it
 * @param colour the colour space that it is handed
 * @param frames how many frames make a sample, the newest last
 * @param gap    how many frames lie from one of them to the next: 1 takes neighbours
 */
public record SteeringView(String crop, Colour colour, int frames, int gap) {

    /** Whole frames, one at a time, RGB. */
    public static final SteeringView WHOLE = new SteeringView(":,:", Colour.RGB, 1, 1);

    /** The meaning of the three channels of a frame. */
    public enum Colour {
        RGB,
        BGR,
        /** BT.601, U and V around 128. */
        YUV,
        /** Hue from 0 to 255 for the circle. */
        HSV
    }

    public SteeringView {
        Objects.requireNonNull(crop, "crop");
        Objects.requireNonNull(colour, "colour");
        if (frames < 1 || gap < 1) {
            throw new IllegalArgumentException(frames + " frames, " + gap + " apart");
        }
    }

    Map<String, String> facts() {
        return Map.of(
                "crop",
                crop,
                "colour",
                colour.name().toLowerCase(Locale.ROOT),
                "frames",
                Integer.toString(frames),
                "frame_gap",
                Integer.toString(gap));
    }

    static SteeringView of(Map<String, String> facts) {
        return new SteeringView(
                facts.getOrDefault("crop", WHOLE.crop),
                Colour.valueOf(facts.getOrDefault("colour", "rgb").toUpperCase(Locale.ROOT)),
                Integer.parseInt(facts.getOrDefault("frames", "1")),
                Integer.parseInt(facts.getOrDefault("frame_gap", "1")));
    }
}
