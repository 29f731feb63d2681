package org.batchmill.engine.nd4j.plan;

/** An operation of ND4J's native library, by its name there. */
public final class NativeOp extends GraphOp {

    public NativeOp(String operation, long[]... outputShapes) {
        super(operation, outputShapes);
    }

    public NativeOp integers(long... arguments) {
        addIArgument(arguments);
        return this;
    }

    public NativeOp reals(double... arguments) {
        addTArgument(arguments);
        return this;
    }
}
