package org.batchmill.engine.nd4j;

import java.util.Objects;

/** An operation that runs here, in Java, on the arrays' memory. */
final class HostOp extends GraphOp {

    /** What a host operation does. */
    interface Kernel {
        void run(Floats[] inputs, Floats[] outputs, StepState state);
    }

    private final Kernel kernel;

    HostOp(String operation, Kernel kernel, long[]... outputShapes) {
        super(operation, outputShapes);
        this.kernel = Objects.requireNonNull(kernel);
    }

    Kernel kernel() {
        return kernel;
    }
}
