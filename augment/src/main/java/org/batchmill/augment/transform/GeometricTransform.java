package org.batchmill.augment.transform;

/** Moves the image and its labels. All of a policy's geometry is fused into one warp of the pixels. */
public non-sealed interface GeometricTransform extends Transform {

    /** Changes where the image is placed. */
    void place(Homography placement, RandomStream random);
}
