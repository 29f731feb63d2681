package org.batchmill.augment.transform;

/** How a canvas is brought to the batch's size. */
public enum Fit {
    /** Stretched, whatever its shape: what darknet's YOLO v1 does. */
    STRETCH,
    /** As large as fits without changing its shape, in the middle; the rest is the border's colour. */
    LETTERBOX
}
