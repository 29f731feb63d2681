package org.batchmill.engine.nd4j.plan;

import java.util.Collections;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * A float32 operation of ours in a SameDiff graph: its output shapes are fixed when it is made, and its derivative is a function
 * that adds operations to the same graph.
 */
public abstract class GraphOp extends DynamicCustomOp {

    /** Says how to differentiate an operation. */
    public interface Derivative {

        /**
         * @param graph     where the operations of the derivative are added
         * @param inputs    of the operation
         * @param outputs   of the operation
         * @param gradients by the outputs; null where nothing depends on an output
         * @param needed    the inputs whose gradient is asked for
         * @return the gradients by the inputs; null where none is needed
         */
        SDVariable[] of(
                Graph graph, SDVariable[] inputs, SDVariable[] outputs, SDVariable[] gradients, boolean[] needed);
    }

    private final String operation;
    private final long[][] outputShapes;
    private Derivative derivative;
    private int inPlaceInput = -1;

    GraphOp(String operation, long[]... outputShapes) {
        super(operation);
        this.operation = operation;
        this.outputShapes = outputShapes;
    }

    public GraphOp differentiatedBy(Derivative function) {
        derivative = function;
        return this;
    }

    /** Lets the first output take the place of an input that nobody reads afterwards. */
    public GraphOp inPlaceOf(int input) {
        inPlaceInput = input;
        return this;
    }

    /** The input whose place the first output may take; -1 for none. */
    int inPlaceInput() {
        return inPlaceInput;
    }

    Derivative derivative() {
        return derivative;
    }

    long[] outputShape(int output) {
        return outputShapes[output];
    }

    @Override
    public String opName() {
        return operation;
    }

    @Override
    public int getNumOutputs() {
        return outputShapes.length;
    }

    @Override
    public List<DataType> calculateOutputDataTypes(List<DataType> inputs) {
        return Collections.nCopies(outputShapes.length, DataType.FLOAT);
    }
}
