package org.batchmill.augment.transform;

/** Moves the picture and its labels. All of a policy's geometry is fused into one warp of the pixels. */
public non-sealed interface GeometricTransform extends Transform {

    /** Changes where the picture is placed. */
    void place(Placement placement, RandomStream random);

    /**
     * The smallest part of the canvas' sides, 0 to 1, that this transform may enlarge to the whole: it says how much of a large
     * picture scaled decoding must keep.
     */
    default double minimumSpan() {
        return 1;
    }
}
