package org.batchmill.engine.torch;

import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/** An operation that is the same in every pass. */
record Simple(String describe, Function<List<Tensor>, Tensor> function) implements Operation {

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        return function.apply(inputs);
    }
}
