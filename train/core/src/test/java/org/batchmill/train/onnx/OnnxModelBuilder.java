package org.batchmill.train.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.batchmill.train.protobuf.Message;

/** ONNX files as other programs write them, node by node. The numbers are the field numbers of onnx.proto3. Used once. */
public final class OnnxModelBuilder {

    private static final int FLOAT = 1;
    private static final int INT64 = 7;

    private final Message graph = new Message();
    private final RandomGenerator random;
    private final int operatorSet;
    private int nodes;

    /** @param random draws weights */
    public OnnxModelBuilder(int operatorSet, RandomGenerator random) {
        this.operatorSet = operatorSet;
        this.random = random;
    }

    /** Adds a node without attributes, with one output. */
    public String node(String operation, String output, String... inputs) {
        return node(operation, output, new Message(), inputs);
    }

    /**
     * Adds a node called {@code /NUMBER/OPERATION}, with one output.
     *
     * @param attributes made by {@link #ints}, {@link #integer}, {@link #number} and {@link #text}
     */
    public String node(String operation, String output, Message attributes, String... inputs) {
        Message node = attributes;
        for (String input : inputs) {
            node.text(1, input);
        }
        graph.message(
                1, node.text(2, output).text(3, "/" + nodes++ + "/" + operation).text(4, operation));
        return output;
    }

    /** Adds an attribute of integers to those of a node. */
    public static Message ints(Message attributes, String name, long... values) {
        Message attribute = new Message().text(1, name);
        for (long value : values) {
            attribute.integer(8, value);
        }
        return attributes.message(5, attribute.integer(20, 7));
    }

    public static Message integer(Message attributes, String name, long value) {
        return attributes.message(
                5, new Message().text(1, name).integer(3, value).integer(20, 2));
    }

    public static Message number(Message attributes, String name, float value) {
        return attributes.message(
                5, new Message().text(1, name).number(2, value).integer(20, 1));
    }

    public static Message text(Message attributes, String name, String value) {
        return attributes.message(5, new Message().text(1, name).text(4, value).integer(20, 3));
    }

    /** Adds an attribute that is a tensor of integers. */
    public static Message tensor(Message attributes, String name, List<Integer> dimensions, long... values) {
        Message tensor = integers("", dimensions, values);
        return attributes.message(
                5, new Message().text(1, name).message(5, tensor).integer(20, 4));
    }

    /** Adds constant floats between the bounds, raw; returns their name. */
    public String weights(String name, double least, double most, Integer... dimensions) {
        float[] values = drawn(least, most, dimensions);
        graph.message(5, floats(name, List.of(dimensions)).rawFloats(9, values));
        return name;
    }

    /** Adds constant floats as a list of numbers; returns their name. */
    public String listed(String name, double least, double most, Integer... dimensions) {
        float[] values = drawn(least, most, dimensions);
        // What is packed is written as raw bytes are.
        graph.message(5, floats(name, List.of(dimensions)).rawFloats(4, values));
        return name;
    }

    /** Adds given floats; returns their name. */
    public String constant(String name, List<Integer> dimensions, float... values) {
        graph.message(5, floats(name, dimensions).rawFloats(9, values));
        return name;
    }

    /** Adds constant integers; returns their name. */
    public String integers(String name, long... values) {
        graph.message(5, integers(name, List.of(values.length), values));
        return name;
    }

    /** Adds a constant whose values are in another file. */
    public String external(String name, Integer... dimensions) {
        Message place = new Message().text(1, "location").text(2, "weights.bin");
        graph.message(5, floats(name, List.of(dimensions)).message(13, place).integer(14, 1));
        return name;
    }

    private float[] drawn(double least, double most, Integer... dimensions) {
        int size = 1;
        for (int dimension : dimensions) {
            size *= dimension;
        }
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextDouble(least, most);
        }
        return values;
    }

    private static Message floats(String name, List<Integer> dimensions) {
        Message tensor = new Message();
        dimensions.forEach(dimension -> tensor.integer(1, dimension));
        return tensor.integer(2, FLOAT).text(8, name);
    }

    private static Message integers(String name, List<Integer> dimensions, long... values) {
        Message tensor = new Message();
        dimensions.forEach(dimension -> tensor.integer(1, dimension));
        for (long value : values) {
            tensor.integer(7, value);
        }
        return tensor.integer(2, INT64).text(8, name);
    }

    /** Declares an input; a size of 0 is open. */
    public String input(String name, int... sizes) {
        graph.message(11, value(name, sizes));
        return name;
    }

    /** Declares an output, the sizes of which other programs find out. */
    public OnnxModelBuilder output(String name) {
        graph.message(12, value(name));
        return this;
    }

    private static Message value(String name, int... sizes) {
        Message tensor = new Message().integer(1, FLOAT);
        if (sizes.length > 0) {
            Message shape = new Message();
            for (int size : sizes) {
                shape.message(1, size == 0 ? new Message().text(2, "n") : new Message().integer(1, size));
            }
            tensor.message(2, shape);
        }
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** The file's bytes. Nothing may be added afterwards. */
    public byte[] bytes() {
        Message model = new Message().integer(1, 7).text(2, "test").message(7, graph.text(2, "main_graph"));
        return model.message(8, new Message().text(1, "").integer(2, operatorSet))
                .toBytes();
    }

    public Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }
}
