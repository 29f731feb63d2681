package org.batchmill.engine.torch.plan;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** What a layer does. Most leave the gradient to libtorch's autograd. */
public interface Operation {

    /** What comes out of {@code inputs}. The tensors live until the step ends. */
    Tensor forward(Pass pass, List<Tensor> inputs);

    /** Whether {@link #backward} takes the place of autograd in training. */
    default boolean hasOwnGradient() {
        return false;
    }

    /**
     * Adds to the gradients of the inputs of the last {@link #forward} and of the parameters.
     *
     * @param gradient of what came out
     */
    default void backward(Tensor gradient) {
        throw new UnsupportedOperationException();
    }

    /** Whether autograd goes back by what came out, which then stays as it is. Convolutions, products, norms and sums go by what went in. */
    default boolean needsOutput() {
        return true;
    }

    /** For people. */
    String describe();
}
