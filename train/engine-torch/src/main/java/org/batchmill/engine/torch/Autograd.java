package org.batchmill.engine.torch;

import org.bytedeco.pytorch.Tensor;

/** Calls of autograd. */
final class Autograd {

    private Autograd() {}

    /**
     * Takes a gradient back to all that {@code output} came of, as far as the graph reaches. A tensor that came of nothing adds it to its
     * own.
     */
    static void back(Tensor output, Tensor gradient) {
        output.backward(gradient, Constants.UNSAID, false, Constants.EVERY_LEAF);
    }
}
