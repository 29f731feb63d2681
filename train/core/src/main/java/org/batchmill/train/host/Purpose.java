package org.batchmill.train.host;

/** What a plan is for. */
public enum Purpose {
    /** A forward and a backward pass that writes the gradients. */
    TRAIN,
    /** A forward and a backward pass that adds to the gradients there are. */
    TRAIN_ADDING,
    PREDICT,
    /** Prediction that keeps the output of each layer: nothing is fused. */
    OBSERVE;

    /** Whether there is a backward pass. */
    public boolean training() {
        return this == TRAIN || this == TRAIN_ADDING;
    }
}
