package org.batchmill.train.export;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.batchmill.train.protobuf.Message;

/**
 * Collects the nodes of a TensorFlow GraphDef. The numbers are the field numbers of graph.proto, node_def.proto, attr_value.proto and
 * tensor.proto. Used once, by one thread.
 */
final class TensorFlowGraph {

    /** The version of the semantics that the nodes are written for; readers of TensorFlow 1 and 2 take it. */
    private static final int PRODUCER = 1987;

    static final int FLOAT = 1;
    static final int INT32 = 3;
    static final int BOOL = 10;

    private final Message graph = new Message();

    /** The attributes of a node. */
    static final class Attributes {

        private final Message node = new Message();

        static Attributes none() {
            return new Attributes();
        }

        /** Of an operation on floats. */
        static Attributes floats() {
            return none().type("T", FLOAT);
        }

        Attributes type(String name, int type) {
            return attribute(name, new Message().integer(6, type));
        }

        Attributes number(String name, float value) {
            return attribute(name, new Message().number(4, value));
        }

        Attributes integer(String name, long value) {
            return attribute(name, new Message().integer(3, value));
        }

        Attributes bool(String name, boolean value) {
            return attribute(name, new Message().integer(5, value ? 1 : 0));
        }

        Attributes text(String name, String value) {
            return attribute(name, new Message().bytes(2, value.getBytes(StandardCharsets.UTF_8)));
        }

        /** One number an axis, in the order samples, height, width, channels. */
        Attributes axes(String name, int height, int width) {
            Message list = new Message();
            for (int value : new int[] {1, height, width, 1}) {
                list.integer(3, value);
            }
            return attribute(name, new Message().message(1, list));
        }

        private Attributes attribute(String name, Message value) {
            node.message(5, new Message().text(1, name).message(2, value));
            return this;
        }
    }

    /** Adds a node; returns its name, which is that of its first output. */
    String node(String operation, String name, List<String> inputs, Attributes attributes) {
        Message node = attributes.node.text(1, name).text(2, operation);
        inputs.forEach(input -> node.text(3, input));
        graph.message(1, node);
        return name;
    }

    /** Adds the input; the first dimension, samples, is open. */
    String input(String name, List<Integer> dimensions) {
        Message shape = new Message().message(2, new Message().integer(1, -1));
        dimensions.forEach(dimension -> shape.message(2, new Message().integer(1, dimension)));
        return node(
                "Placeholder",
                name,
                List.of(),
                Attributes.none().type("dtype", FLOAT).attribute("shape", new Message().message(7, shape)));
    }

    String constant(String name, List<Integer> dimensions, float... values) {
        return constant(name, FLOAT, tensor(FLOAT, dimensions).rawFloats(4, values));
    }

    String integers(String name, List<Integer> dimensions, int... values) {
        Message tensor = tensor(INT32, dimensions);
        for (int value : values) {
            tensor.integer(7, value);
        }
        return constant(name, INT32, tensor);
    }

    private static Message tensor(int type, List<Integer> dimensions) {
        Message shape = new Message();
        dimensions.forEach(dimension -> shape.message(2, new Message().integer(1, dimension)));
        return new Message().integer(1, type).message(2, shape);
    }

    private String constant(String name, int type, Message tensor) {
        return node(
                "Const",
                name,
                List.of(),
                Attributes.none().type("dtype", type).attribute("value", new Message().message(8, tensor)));
    }

    /** The whole graph. Nothing may be added afterwards. */
    Message graph() {
        return graph.message(4, new Message().integer(1, PRODUCER));
    }
}
