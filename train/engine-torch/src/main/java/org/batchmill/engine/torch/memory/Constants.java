package org.batchmill.engine.torch.memory;

import org.batchmill.engine.torch.device.Natives;
import org.batchmill.train.host.Handles;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;

/** Arguments that are wanted again and again. They live as long as the process. */
public final class Constants {

    private static final Handles<Pointer> FOR_EVER = Natives.handles();

    public static final Scalar ZERO = FOR_EVER.keep(new Scalar(0f));
    public static final Scalar ONE = FOR_EVER.keep(new Scalar(1f));
    public static final Scalar HALF = FOR_EVER.keep(new Scalar(.5));
    public static final Scalar SIX = FOR_EVER.keep(new Scalar(6f));
    /** No tensor. */
    public static final Tensor NOTHING = FOR_EVER.keep(new Tensor());

    public static final BoolOptional UNSAID = FOR_EVER.keep(new BoolOptional());
    public static final TensorArrayRefOptional EVERY_LEAF = FOR_EVER.keep(new TensorArrayRefOptional());

    private Constants() {}
}
