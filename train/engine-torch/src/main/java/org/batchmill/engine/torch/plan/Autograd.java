package org.batchmill.engine.torch.plan;

import org.batchmill.engine.torch.memory.Constants;
import org.bytedeco.pytorch.Tensor;

/** Calls of autograd. */
public final class Autograd {

    private Autograd() {}

    /**
     * Takes a gradient back to all that {@code output} came of, as far as the graph reaches. A tensor that came of nothing adds it to its
     * own.
     */
    public static void back(Tensor output, Tensor gradient) {
        output.backward(gradient, Constants.UNSAID, false, Constants.EVERY_LEAF);
    }
}
