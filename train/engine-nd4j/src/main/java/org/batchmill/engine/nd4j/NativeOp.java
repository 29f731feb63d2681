package org.batchmill.engine.nd4j;

/** An operation of ND4J's native library, by its name there. */
final class NativeOp extends GraphOp {

    NativeOp(String operation, long[]... outputShapes) {
        super(operation, outputShapes);
    }

    NativeOp integers(long... arguments) {
        addIArgument(arguments);
        return this;
    }

    NativeOp reals(double... arguments) {
        addTArgument(arguments);
        return this;
    }
}
