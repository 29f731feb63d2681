package org.batchmill.augment.transform;

import org.bytedeco.opencv.opencv_core.Mat;

/** Changes colours where they are. It runs on the warped image, after all geometry. */
public non-sealed interface PixelTransform extends Transform {

    /**
     * Changes pixels in place.
     *
     * @param pixels unsigned bytes, 1 channel (grey) or 3 (RGB); size and type stay as they are
     * @param bench  the calling worker's scratch memory
     */
    void apply(Mat pixels, Workbench bench, RandomStream random);
}
