package org.batchmill.engine.onednn.layer;

import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.train.network.Shape;

/**
 * What runs between two layers.
 *
 * @param tensor [rows][channels][height][width], or [rows][size] in canonical order
 * @param shape  the shape that it has to the network, whatever the tensor's dimensions are
 */
public record Signal(Tensor tensor, Shape shape) {

    /** The tensor as an image. */
    public Tensor image(Compilation compilation) {
        return compilation.reshaped(tensor, tensor.rows(), shape.channels(), shape.height(), shape.width());
    }

    /** The tensor as vectors in canonical order. */
    public Tensor vector(Compilation compilation) {
        return compilation.reshaped(tensor, tensor.rows(), shape.size());
    }

    boolean isImage() {
        return tensor.dimensions().length == 4;
    }

    /** The tensor if it has the dimensions of an image, else as vectors: for what looks at values one by one. */
    public Signal with(Tensor other) {
        return new Signal(other, shape);
    }
}
