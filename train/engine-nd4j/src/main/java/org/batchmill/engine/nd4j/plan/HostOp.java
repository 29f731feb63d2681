package org.batchmill.engine.nd4j.plan;

import java.util.Objects;
import org.batchmill.engine.nd4j.memory.Floats;

/** An operation that runs here, in Java, on the arrays' memory. */
public final class HostOp extends GraphOp {

    /** What a host operation does. */
    public interface Kernel {
        void run(Floats[] inputs, Floats[] outputs, Step state);
    }

    private final Kernel kernel;

    public HostOp(String operation, Kernel kernel, long[]... outputShapes) {
        super(operation, outputShapes);
        this.kernel = Objects.requireNonNull(kernel);
    }

    Kernel kernel() {
        return kernel;
    }
}
