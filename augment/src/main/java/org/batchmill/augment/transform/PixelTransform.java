package org.batchmill.augment.transform;

import org.bytedeco.opencv.opencv_core.Mat;

/** Changes colours where they are. It runs on the warped image, after all geometry, or on the smaller one before it if it is {@link #pointwise}. */
public non-sealed interface PixelTransform extends Transform {

    /**
     * Changes pixels in place.
     *
     * @param pixels unsigned bytes, 1 channel (grey) or 3 (RGB); size and type stay as they are
     * @param bench  the calling worker's scratch memory
     */
    void apply(Mat pixels, Workbench bench, RandomStream random);

    /**
     * Whether what becomes of a pixel follows from its own colour, the random numbers are the same for images of all sizes, and colours that lie
     * between two others stay about there: then a part of an image may be recoloured before it is enlarged.
     */
    default boolean pointwise() {
        return false;
    }
}
