package org.batchmill.engine.nd4j.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A SameDiff graph of fixed shapes, with what SameDiff does not keep: the order in which operations were added, the layer and the
 * pass that each belongs to, and the shape of every variable.
 */
public final class Graph {

    public static final String FORWARD = "forward";
    static final String BACKWARD = "backward";

    /** An operation in its place. */
    record Node(String layer, String pass, DifferentialFunction op, List<String> inputs, List<String> outputs) {}

    private final SameDiff sameDiff = SameDiff.create();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, long[]> shapes = new HashMap<>();
    private String layer = "";
    private String pass = FORWARD;

    public SameDiff sameDiff() {
        return sameDiff;
    }

    List<Node> nodes() {
        return nodes;
    }

    public long[] shape(String variable) {
        return shapes.get(variable);
    }

    public long[] shape(SDVariable variable) {
        return shapes.get(variable.name());
    }

    /** The layer that operations added from now on belong to. */
    public void enter(String layerName) {
        layer = layerName;
    }

    /** A variable whose memory is given from outside. */
    public SDVariable external(String name, long... shape) {
        shapes.put(name, shape);
        return sameDiff.placeHolder(name, DataType.FLOAT, shape);
    }

    /** Adds an operation of ours; returns its outputs. */
    public SDVariable[] add(GraphOp op, SDVariable... inputs) {
        op.setOwnName(layer + "/" + op.opName() + "-" + nodes.size());
        op.setSameDiff(sameDiff);
        sameDiff.putOpForId(op.getOwnName(), op);
        sameDiff.addArgsFor(inputs, op);
        SDVariable[] outputs = op.outputVariables();
        for (int i = 0; i < outputs.length; i++) {
            shapes.put(outputs[i].name(), op.outputShape(i));
        }
        record(op, inputs, outputs);
        return outputs;
    }

    /** Adds an operation of SameDiff's with one output, whose shape must be told. */
    public SDVariable add(DifferentialFunction op, long[] shape) {
        SDVariable[] outputs = op.outputVariables();
        shapes.put(outputs[0].name(), shape);
        record(op, op.args(), outputs);
        return outputs[0];
    }

    private void record(DifferentialFunction op, SDVariable[] inputs, SDVariable[] outputs) {
        nodes.add(new Node(layer, pass, op, names(inputs), names(outputs)));
    }

    private static List<String> names(SDVariable[] variables) {
        return Arrays.stream(variables).map(SDVariable::name).toList();
    }

    /**
     * Adds the backward pass: walks the operations in reverse and asks each for its derivative.
     *
     * @param output   what the gradient is given by
     * @param gradient its gradient, a variable given from outside
     * @param wanted   variables whose gradients are asked for; nothing else is differentiated
     * @return the gradient of each wanted variable that the output depends on
     */
    public Map<String, SDVariable> differentiate(SDVariable output, SDVariable gradient, Set<String> wanted) {
        pass = BACKWARD;
        Set<String> needed = dependents(wanted);
        Map<String, SDVariable> gradients = new HashMap<>();
        gradients.put(output.name(), gradient);
        List<Node> forward = List.copyOf(nodes);
        for (int i = forward.size() - 1; i >= 0; i--) {
            Node node = forward.get(i);
            boolean reached = node.outputs().stream().anyMatch(gradients::containsKey);
            boolean asked = node.inputs().stream().anyMatch(needed::contains);
            if (reached && asked) {
                enter(node.layer());
                differentiate(node, needed, gradients);
            }
        }
        gradients.keySet().retainAll(wanted);
        return gradients;
    }

    /** The variables that depend on the wanted ones, and those. */
    private Set<String> dependents(Set<String> wanted) {
        Set<String> all = new HashSet<>(wanted);
        for (Node node : nodes) {
            if (node.inputs().stream().anyMatch(all::contains)) {
                all.addAll(node.outputs());
            }
        }
        return all;
    }

    private void differentiate(Node node, Set<String> needed, Map<String, SDVariable> gradients) {
        SDVariable[] byInputs = derivative(node, needed, gradients);
        for (int i = 0; i < byInputs.length; i++) {
            String input = node.inputs().get(i);
            if (byInputs[i] != null && needed.contains(input)) {
                SDVariable before = gradients.get(input);
                gradients.put(input, before == null ? byInputs[i] : sum(before, byInputs[i]));
            }
        }
    }

    private SDVariable sum(SDVariable a, SDVariable b) {
        return add(Elementwise.sum(shape(a)).inPlaceOf(0), a, b)[0];
    }

    private SDVariable[] derivative(Node node, Set<String> needed, Map<String, SDVariable> gradients) {
        SDVariable[] inputs = variables(node.inputs());
        SDVariable[] outputs = variables(node.outputs());
        SDVariable[] byOutputs = node.outputs().stream().map(gradients::get).toArray(SDVariable[]::new);
        if (node.op() instanceof GraphOp op) {
            boolean[] asked = new boolean[inputs.length];
            for (int i = 0; i < asked.length; i++) {
                asked[i] = needed.contains(inputs[i].name());
            }
            return op.derivative().of(this, inputs, outputs, byOutputs, asked);
        }
        // SameDiff's own derivatives here are one operation whose outputs have the shapes of the inputs.
        SDVariable[] byInputs = node.op().doDiff(List.of(byOutputs)).toArray(SDVariable[]::new);
        for (int i = 0; i < byInputs.length; i++) {
            shapes.put(byInputs[i].name(), shape(inputs[i]));
        }
        DifferentialFunction op = sameDiff.getVariableOutputOp(byInputs[0].name());
        record(op, op.args(), byInputs);
        return byInputs;
    }

    private SDVariable[] variables(List<String> names) {
        return names.stream().map(sameDiff::getVariable).toArray(SDVariable[]::new);
    }
}
