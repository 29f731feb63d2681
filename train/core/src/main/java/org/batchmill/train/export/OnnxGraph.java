package org.batchmill.train.export;

import java.util.List;
import java.util.Map;
import org.batchmill.train.protobuf.Message;

/** Collects nodes and constants of an ONNX graph. The numbers are the field numbers of onnx.proto3. Used once, by one thread. */
final class OnnxGraph {

    /** Of 2021: known to every runtime in use, and the first in which all our operations take their axes alike. */
    private static final int OPERATOR_SET = 13;

    private static final int IR_VERSION = 7;
    static final int FLOAT = 1;
    static final int INT32 = 6;
    private static final int INT64 = 7;

    private final Message graph = new Message();

    /** The attributes of a node. */
    static final class Attributes {

        private static final int TYPE_FLOAT = 1;
        private static final int TYPE_INT = 2;
        private static final int TYPE_STRING = 3;
        private static final int TYPE_INTS = 7;

        private final Message node = new Message();

        static Attributes none() {
            return new Attributes();
        }

        Attributes number(String name, float value) {
            return attribute(new Message().text(1, name).number(2, value).integer(20, TYPE_FLOAT));
        }

        Attributes integer(String name, long value) {
            return attribute(new Message().text(1, name).integer(3, value).integer(20, TYPE_INT));
        }

        Attributes text(String name, String value) {
            return attribute(new Message().text(1, name).text(4, value).integer(20, TYPE_STRING));
        }

        Attributes integers(String name, int... values) {
            Message attribute = new Message().text(1, name);
            for (int value : values) {
                attribute.integer(8, value);
            }
            return attribute(attribute.integer(20, TYPE_INTS));
        }

        private Attributes attribute(Message attribute) {
            node.message(5, attribute);
            return this;
        }
    }

    /** Adds a node with one output, which is called as the node is. */
    String node(String operation, String name, List<String> inputs, Attributes attributes) {
        return node(operation, name, inputs, List.of(name), attributes);
    }

    /** Adds a node; returns its last output. An output without a name is not wanted. */
    String node(String operation, String name, List<String> inputs, List<String> outputs, Attributes attributes) {
        Message node = attributes.node;
        inputs.forEach(input -> node.text(1, input));
        outputs.forEach(output -> node.text(2, output));
        graph.message(1, node.text(3, name).text(4, operation));
        return outputs.get(outputs.size() - 1);
    }

    /** Adds constant floats; returns their name. */
    String constant(String name, List<Integer> dimensions, float... values) {
        Message tensor = new Message();
        dimensions.forEach(dimension -> tensor.integer(1, dimension));
        graph.message(5, tensor.integer(2, FLOAT).text(8, name).rawFloats(9, values));
        return name;
    }

    /** Adds a constant vector of integers; returns its name. */
    String integers(String name, int... values) {
        Message tensor = new Message().integer(1, values.length).integer(2, INT64);
        for (int value : values) {
            tensor.integer(7, value);
        }
        graph.message(5, tensor.text(8, name));
        return name;
    }

    /** Declares the input; the first dimension, samples, is open. */
    void input(String name, List<Integer> dimensions) {
        graph.message(11, value(name, dimensions));
    }

    /** Declares the output; the first dimension, samples, is open. */
    void output(String name, List<Integer> dimensions) {
        graph.message(12, value(name, dimensions));
    }

    private static Message value(String name, List<Integer> dimensions) {
        Message shape = new Message().message(1, new Message().text(2, "samples"));
        dimensions.forEach(dimension -> shape.message(1, new Message().integer(1, dimension)));
        Message tensor = new Message().integer(1, FLOAT).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** The whole model. Nothing may be added afterwards. */
    Message model(String name, Map<String, String> properties) {
        Message model =
                new Message().integer(1, IR_VERSION).text(2, "batchmill").message(7, graph.text(2, name));
        model.message(8, new Message().text(1, "").integer(2, OPERATOR_SET));
        properties.forEach(
                (key, value) -> model.message(14, new Message().text(1, key).text(2, value)));
        return model;
    }
}
