package org.batchmill.engine.torch.plan;

import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/** An operation that is the same in every pass. */
public record Simple(String describe, Function<List<Tensor>, Tensor> function, boolean needsOutput)
        implements Operation {

    public Simple(String describe, Function<List<Tensor>, Tensor> function) {
        this(describe, function, true);
    }

    /** The same, if it goes back by what went in alone. */
    public Simple byInput() {
        return new Simple(describe, function, false);
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        return function.apply(inputs);
    }
}
