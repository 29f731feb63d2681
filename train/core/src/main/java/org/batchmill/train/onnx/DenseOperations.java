package org.batchmill.train.onnx;

import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;
import org.batchmill.train.onnx.OnnxValue.Axes;

/** Products with matrices. */
final class DenseOperations {

    private final ImportedGraph graph;

    DenseOperations(ImportedGraph graph) {
        this.graph = graph;
    }

    void addTo(Map<String, Operations.Operation> operations) {
        operations.put("Gemm", this::gemm);
        operations.put("MatMul", this::product);
    }

    private void gemm(OnnxNode node) throws DataException {
        OnnxValue in = graph.value(node, 0, Axes.VECTOR);
        OnnxTensor matrix = matrix(node);
        if (node.flag("transA", false)) {
            throw node.unsupported("transposes what it reads");
        }
        float[] weights = node.flag("transB", false) ? matrix.floats() : transposed(matrix);
        int units = (int) matrix.dimension(node.flag("transB", false) ? 0 : 1);
        float[] biases = node.hasInput(2) ? biases(node, units) : null;
        dense(node, in, units, scaled(weights, node.number("alpha", 1)), biases);
    }

    private OnnxTensor matrix(OnnxNode node) throws DataException {
        OnnxTensor matrix = graph.floats(node, 1, "weights");
        if (matrix.rank() != 2 || matrix.size() == 0) {
            throw node.unsupported("its weights have " + matrix.rank() + " axes, not two");
        }
        return matrix;
    }

    private float[] biases(OnnxNode node, int units) throws DataException {
        float[] given = graph.floats(node, 2, "biases").floats();
        if (given.length != 1 && given.length != units) {
            throw node.unsupported("adds " + given.length + " numbers to " + units);
        }
        float[] biases = new float[units];
        for (int i = 0; i < units; i++) {
            biases[i] = given[given.length == 1 ? 0 : i];
        }
        return scaled(biases, node.number("beta", 1));
    }

    private static float[] scaled(float[] values, float factor) {
        if (factor == 1) {
            return values;
        }
        float[] scaled = values.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= factor;
        }
        return scaled;
    }

    static float[] transposed(OnnxTensor matrix) {
        int rows = (int) matrix.dimension(0);
        int columns = (int) matrix.dimension(1);
        float[] transposed = new float[matrix.size()];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = matrix.floats()[row * columns + column];
            }
        }
        return transposed;
    }

    private void product(OnnxNode node) throws DataException {
        OnnxValue in = graph.value(node, 0);
        if (in.axes() == Axes.IMAGE || in.axes() == Axes.IMAGES) {
            throw node.unsupported("multiplies images with a matrix");
        }
        OnnxTensor matrix = matrix(node);
        dense(node, in, (int) matrix.dimension(1), transposed(matrix), null);
    }

    private void dense(OnnxNode node, OnnxValue in, int units, float[] weights, float[] biases) throws DataException {
        String name = graph.names.of(node, node.input(1));
        if ((long) units * in.shape().size() != weights.length) {
            throw node.corrupt("its weights are not for " + in.shape() + " numbers");
        }
        Layer layer = new Layer.Dense(name, units, biases != null, Initializer.GLOROT_UNIFORM, Initializer.ZEROS);
        Shape out = graph.add(node, layer, in);
        graph.parameters.put(name + "/weights", weights);
        if (biases != null) {
            graph.parameters.put(name + "/biases", biases);
        }
        graph.put(node.outputs().get(0), OnnxValue.of(name, out, in.axes(), in.frames()));
    }

    /** Gives a dense layer without biases the numbers that are added to what it puts out. */
    static void addBiases(ImportedGraph graph, Layer.Dense layer, double[] terms) {
        float[] biases = new float[layer.units()];
        for (int i = 0; i < biases.length; i++) {
            biases[i] = (float) terms[terms.length == 1 ? 0 : i];
        }
        graph.replace(
                new Layer.Dense(layer.name(), layer.units(), true, layer.weightInitializer(), layer.biasInitializer()));
        graph.parameters.put(layer.name() + "/biases", biases);
    }
}
