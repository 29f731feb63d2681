package org.batchmill.augment.transform;

/** Moves the picture and its labels. All of a policy's geometry is fused into one warp of the pixels. */
public non-sealed interface GeometricTransform extends Transform {

    /** Changes where the picture is placed. */
    void place(Placement placement, RandomStream random);
}
