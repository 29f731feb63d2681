package org.batchmill.train.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;
import org.batchmill.train.onnx.OnnxValue.Affine;
import org.batchmill.train.onnx.OnnxValue.Axes;

/** What leaves every number at its place: functions, norms, sums, and channels beside others. */
final class ElementOperations {

    private final ImportedGraph graph;

    ElementOperations(ImportedGraph graph) {
        this.graph = graph;
    }

    void addTo(Map<String, Operations.Operation> operations) {
        operations.put("Relu", node -> activation(node, ActivationFunction.RELU, 0));
        operations.put(
                "LeakyRelu", node -> activation(node, ActivationFunction.LEAKY_RELU, node.number("alpha", .01f)));
        operations.put("Elu", node -> activation(node, ActivationFunction.ELU, node.number("alpha", 1)));
        operations.put("Sigmoid", node -> activation(node, ActivationFunction.SIGMOID, 0));
        operations.put("Tanh", node -> activation(node, ActivationFunction.TANH, 0));
        operations.put("Clip", this::clip);
        operations.put("Softmax", this::softmax);
        operations.put("Dropout", this::dropout);
        operations.put("BatchNormalization", this::batchNorm);
        operations.put("LRN", this::responseNorm);
        operations.put("Add", this::add);
        operations.put("Sum", this::add);
        operations.put("Sub", this::subtract);
        operations.put("Mul", this::multiply);
        operations.put("Div", this::divide);
        operations.put("Concat", this::concat);
    }

    /** Adds a layer whose output lies as its input does. */
    private void same(OnnxNode node, Layer layer, OnnxValue in) throws DataException {
        Shape out = graph.add(node, layer, in);
        graph.put(node.outputs().get(0), OnnxValue.of(layer.name(), out, in.axes(), in.frames()));
    }

    private void activation(OnnxNode node, ActivationFunction function, float alpha) throws DataException {
        same(node, new Layer.Activation(graph.names.of(node, ""), function, alpha), graph.value(node, 0));
    }

    private void clip(OnnxNode node) throws DataException {
        Float least = bound(node, 1);
        Float most = bound(node, 2);
        boolean above = least != null && least == 0;
        if (above && most == null) {
            activation(node, ActivationFunction.RELU, 0);
        } else if (above && most == 6) {
            activation(node, ActivationFunction.RELU6, 0);
        } else {
            throw node.unsupported(
                    "cuts to " + least + " to " + most + "; 0 to 6, and 0 without an end, are layers here");
        }
    }

    private Float bound(OnnxNode node, int input) throws DataException {
        if (!node.hasInput(input)) {
            return null;
        }
        OnnxTensor bound = graph.floats(node, input, "bounds");
        if (bound.size() != 1) {
            throw node.corrupt("a bound of " + bound.size() + " numbers");
        }
        return bound.floats()[0];
    }

    private void softmax(OnnxNode node) throws DataException {
        OnnxValue in = graph.value(node, 0, Axes.VECTOR);
        long axis = node.integer("axis", -1);
        if (axis != -1 && axis != 1) {
            throw node.corrupt("its axis is " + axis);
        }
        same(node, new Layer.Activation(graph.names.of(node, ""), ActivationFunction.SOFTMAX, 0), in);
    }

    private void dropout(OnnxNode node) throws DataException {
        OnnxTensor given = node.hasInput(1) ? graph.floats(node, 1, "rates") : null;
        float rate = given == null || given.size() != 1 ? .5f : given.floats()[0];
        if (!(rate >= 0 && rate < 1)) {
            throw node.corrupt("a rate of " + rate);
        }
        if (node.hasOutput(1)) {
            throw node.unsupported("its second output, what it left out, is wanted");
        }
        same(node, new Layer.Dropout(graph.names.of(node, ""), rate), graph.value(node, 0));
    }

    private void batchNorm(OnnxNode node) throws DataException {
        OnnxValue in = graph.value(node, 0);
        if (in.axes() != Axes.IMAGE && in.axes() != Axes.VECTOR) {
            throw node.unsupported("reads sequences");
        }
        String name = graph.names.of(node, node.input(1));
        float epsilon = node.number("epsilon", 1e-5f);
        float momentum = node.number("momentum", .9f);
        same(node, new Layer.BatchNorm(name, momentum, epsilon, Layer.BatchNorm.Rule.STANDARD), in);
        String[] parameters = {"gamma", "beta", "mean", "variance"};
        for (int i = 0; i < parameters.length; i++) {
            graph.parameters.put(
                    name + "/" + parameters[i],
                    graph.floats(node, i + 1, parameters[i]).floats());
        }
    }

    private void responseNorm(OnnxNode node) throws DataException {
        int size = node.count("size", 0);
        if (size % 2 == 0) {
            throw node.unsupported("is over an even number of channels, which begin elsewhere here");
        }
        same(
                node,
                new Layer.LocalResponseNorm(
                        graph.names.of(node, ""),
                        size,
                        node.number("alpha", 1e-4f),
                        node.number("beta", .75f),
                        node.number("bias", 1)),
                graph.value(node, 0, Axes.IMAGE));
    }

    private void add(OnnxNode node) throws DataException {
        int constant = constant(node);
        if (constant >= 0) {
            plus(node, constant, 1);
            return;
        }
        List<OnnxValue> in = all(node);
        String name = graph.names.of(node, "");
        for (OnnxValue other : in) {
            if (!other.shape().equals(in.get(0).shape())
                    || other.axes() != in.get(0).axes()) {
                throw node.unsupported(
                        "adds " + in.get(0).shape() + " and " + other.shape() + ", which are not of one shape");
            }
        }
        join(node, new Layer.Add(name), in, in.get(0).shape());
    }

    private List<OnnxValue> all(OnnxNode node) throws DataException {
        List<OnnxValue> in = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            in.add(graph.value(node, i));
        }
        if (in.isEmpty()) {
            throw node.corrupt("reads nothing");
        }
        return in;
    }

    private void join(OnnxNode node, Layer layer, List<OnnxValue> in, Shape out) throws DataException {
        OnnxValue first = in.get(0);
        if (in.size() == 1) {
            graph.put(node.outputs().get(0), first);
            return;
        }
        graph.add(node, layer, out, in.stream().map(OnnxValue::layer).toArray(String[]::new));
        graph.put(node.outputs().get(0), OnnxValue.of(layer.name(), out, first.axes(), first.frames()));
    }

    private void concat(OnnxNode node) throws DataException {
        if (!graph.isValue(node, 0)) {
            ShapeOperations.concatIntegers(graph, node);
            return;
        }
        List<OnnxValue> in = all(node);
        OnnxValue first = in.get(0);
        int rank = first.isImage() ? 4 : 2;
        long axis = node.integer("axis", 0);
        if ((axis < 0 ? axis + rank : axis) != 1 || (!first.isImage() && !first.isVector())) {
            throw node.unsupported("joins other axes than channels");
        }
        long channels = 0;
        for (OnnxValue other : in) {
            if (other.axes() != first.axes()
                    || other.shape().height() != first.shape().height()
                    || other.shape().width() != first.shape().width()) {
                throw node.corrupt("joins channels of " + first.shape() + " and " + other.shape());
            }
            channels += other.shape().channels();
        }
        if (channels > Integer.MAX_VALUE) {
            throw node.corrupt("gives " + channels + " channels");
        }
        Shape out =
                new Shape((int) channels, first.shape().height(), first.shape().width());
        join(node, new Layer.Concat(graph.names.of(node, "")), in, out);
    }

    /** Which of two inputs is constant; -1 if none is. */
    private int constant(OnnxNode node) {
        if (node.inputs().size() != 2) {
            return -1;
        }
        return graph.constant(node, 1) != null ? 1 : graph.constant(node, 0) != null ? 0 : -1;
    }

    private void plus(OnnxNode node, int constant, int sign) throws DataException {
        OnnxValue in = graph.pending(node, 1 - constant);
        double[] terms = numbers(node, constant, in);
        for (int i = 0; i < terms.length; i++) {
            terms[i] *= sign;
        }
        Layer producer = graph.layers.get(in.layer());
        if (in.affine() == null
                && producer instanceof Layer.Dense dense
                && !dense.bias()
                && graph.isReadOnce(node.input(1 - constant))) {
            DenseOperations.addBiases(graph, dense, terms);
            graph.put(node.outputs().get(0), in);
            return;
        }
        affine(node, in, new double[] {1}, terms, true);
    }

    private void subtract(OnnxNode node) throws DataException {
        int constant = constant(node);
        if (constant < 0) {
            throw node.unsupported("takes one value of the network from another");
        }
        if (constant == 1) {
            plus(node, 1, -1);
            return;
        }
        OnnxValue in = graph.pending(node, 1);
        affine(node, in, new double[] {-1}, numbers(node, 0, in), true);
    }

    private void multiply(OnnxNode node) throws DataException {
        int constant = constant(node);
        if (constant < 0) {
            throw node.unsupported("multiplies two values of the network");
        }
        OnnxValue in = graph.pending(node, 1 - constant);
        affine(node, in, numbers(node, constant, in), new double[] {0}, false);
    }

    private void divide(OnnxNode node) throws DataException {
        if (constant(node) != 1) {
            throw node.unsupported("divides by a value of the network");
        }
        OnnxValue in = graph.pending(node, 0);
        double[] factors = numbers(node, 1, in);
        for (int i = 0; i < factors.length; i++) {
            factors[i] = 1 / factors[i];
        }
        affine(node, in, factors, new double[] {0}, false);
    }

    /** One number, or one for each channel. */
    private double[] numbers(OnnxNode node, int input, OnnxValue in) throws DataException {
        OnnxTensor constant = graph.floats(node, input, "numbers");
        int channels = in.shape().channels();
        int behind = in.isImage() ? 2 : 0;
        boolean one = constant.size() == 1;
        boolean each = constant.size() == channels
                && (in.isImage() || in.shape().isVector())
                && constant.rank() > behind
                && constant.dimension(constant.rank() - 1 - behind) == channels;
        if (!one && !each) {
            throw node.unsupported(
                    "its constant of " + constant.dimensions() + " is no number for each of " + channels + " channels");
        }
        double[] numbers = new double[constant.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = constant.floats()[i];
        }
        return numbers;
    }

    /** Behind what was multiplied and added before. */
    private void affine(OnnxNode node, OnnxValue in, double[] factors, double[] terms, boolean shifted)
            throws DataException {
        if (in.edges() != null) {
            throw node.unsupported("reads an image with pixels around it");
        }
        Affine before = in.affine() == null ? new Affine(node, new double[] {1}, new double[] {0}, false) : in.affine();
        int size = Math.max(
                Math.max(before.factors().length, before.terms().length), Math.max(factors.length, terms.length));
        double[] allFactors = new double[size];
        double[] allTerms = new double[size];
        for (int i = 0; i < size; i++) {
            double factor = at(factors, i);
            allFactors[i] = at(before.factors(), i) * factor;
            allTerms[i] = at(before.terms(), i) * factor + at(terms, i);
        }
        graph.put(node.outputs().get(0), in.with(new Affine(node, allFactors, allTerms, before.shifted() || shifted)));
    }

    private static double at(double[] values, int i) {
        return values[values.length == 1 ? 0 : i];
    }
}
