package org.batchmill.video;

/** What the three bytes of a pixel are. */
public enum PixelOrder {
    RGB,
    BGR,
    /** Y, U, V in full range, by OpenCV's RGB2YUV (BT.601). */
    YUV,
    /** Hue 0 to 255, saturation, value, by OpenCV's RGB2HSV_FULL, as {@code ColourSpace} has it. */
    HSV
}
