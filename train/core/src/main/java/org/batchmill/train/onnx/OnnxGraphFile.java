package org.batchmill.train.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.InputFile;
import org.batchmill.records.protobuf.WireReader;

/**
 * The graph of an ONNX file. The numbers are the field numbers of onnx.proto3. Memory follows from the file's size: a tensor has the values
 * that are there, whatever its dimensions claim.
 */
final class OnnxGraphFile {

    /** Protocol buffers end at 2 GiB, and so do arrays. */
    private static final long LARGEST = Integer.MAX_VALUE - 8;

    private static final int MOST_NODES = 100_000;
    private static final int LEAST_OPERATOR_SET = 13;
    private static final int LAST_OPERATOR_SET = 21;
    private static final int TYPE_INTS = 7;

    final String file;
    final List<OnnxNode> nodes = new ArrayList<>();
    /** Constants by name. */
    final Map<String, OnnxTensor> constants = new HashMap<>();
    /** What is fed, by its name. */
    final Map<String, Input> inputs = new LinkedHashMap<>();

    final List<String> outputs = new ArrayList<>();
    /** What the program that wrote it says of it. */
    final Map<String, String> facts = new LinkedHashMap<>();

    String name = "";
    private long operatorSet;

    /**
     * What is fed.
     *
     * @param type       the format's number for floats, or something else
     * @param dimensions of which an open one is 0
     */
    record Input(long type, List<Long> dimensions) {}

    private OnnxGraphFile(String file) {
        this.file = file;
    }

    /** @throws DataException if it is no ONNX file, or one of another operator set */
    static OnnxGraphFile read(Path path) throws IOException {
        OnnxGraphFile graph = new OnnxGraphFile(path.toString());
        graph.model(ByteBuffer.wrap(InputFile.bytes(path, LARGEST)));
        return graph;
    }

    private void model(ByteBuffer bytes) throws DataException {
        WireReader reader = reader(bytes);
        ByteBuffer graph = null;
        while (reader.next()) {
            switch (reader.field()) {
                case 7 -> graph = reader.bytes();
                case 8 -> operatorSet(reader(reader.bytes()));
                case 14 -> fact(reader(reader.bytes()));
                default -> reader.skip();
            }
        }
        if (graph == null || operatorSet == 0) {
            throw new DataException(Kind.CORRUPT, file, "is no ONNX model: it has no graph or no operator set");
        }
        if (operatorSet < LEAST_OPERATOR_SET || operatorSet > LAST_OPERATOR_SET) {
            throw new DataException(
                    Kind.UNSUPPORTED,
                    file,
                    "is of ONNX's operator set " + operatorSet + "; " + LEAST_OPERATOR_SET + " to " + LAST_OPERATOR_SET
                            + " are read");
        }
        graph(reader(graph));
        inputs.keySet().removeAll(constants.keySet());
    }

    private WireReader reader(ByteBuffer bytes) {
        return new WireReader(bytes, file);
    }

    /** That of ONNX's own domain; nodes of others are refused by their names. */
    private void operatorSet(WireReader reader) throws DataException {
        String domain = "";
        long version = 0;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> domain = text(reader);
                case 2 -> version = integer(reader);
                default -> reader.skip();
            }
        }
        if (isOwn(domain)) {
            operatorSet = version;
        }
    }

    private static boolean isOwn(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    private void fact(WireReader reader) throws DataException {
        String key = "";
        String value = "";
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> key = text(reader);
                case 2 -> value = text(reader);
                default -> reader.skip();
            }
        }
        facts.put(key, value);
    }

    private void graph(WireReader reader) throws DataException {
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> node(reader(reader.bytes()));
                case 2 -> name = text(reader);
                case 5 -> initializer(reader.bytes());
                case 11 -> value(reader(reader.bytes()));
                case 12 -> outputs.add(nameOfValue(reader(reader.bytes())));
                case 15 -> throw new DataException(Kind.UNSUPPORTED, file, "has sparse constants");
                default -> reader.skip();
            }
        }
    }

    private void initializer(ByteBuffer bytes) throws DataException {
        OnnxTensorReader tensor = new OnnxTensorReader(bytes, file);
        if (constants.put(tensor.name(), tensor.read()) != null) {
            throw new DataException(Kind.CORRUPT, file, "has two constants called " + tensor.name());
        }
    }

    private void node(WireReader reader) throws DataException {
        List<String> in = new ArrayList<>();
        List<String> out = new ArrayList<>();
        Map<String, OnnxNode.Attribute> attributes = new HashMap<>();
        String called = "";
        String operation = "";
        String domain = "";
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> in.add(text(reader));
                case 2 -> out.add(text(reader));
                case 3 -> called = text(reader);
                case 4 -> operation = text(reader);
                case 5 -> attribute(reader(reader.bytes()), attributes);
                case 7 -> domain = text(reader);
                default -> reader.skip();
            }
        }
        if (nodes.size() == MOST_NODES) {
            throw new DataException(Kind.TOO_LARGE, file, "has more than " + MOST_NODES + " nodes");
        }
        nodes.add(new OnnxNode(
                file,
                called,
                isOwn(domain) ? operation : domain + "." + operation,
                List.copyOf(in),
                List.copyOf(out),
                attributes));
    }

    private void attribute(WireReader reader, Map<String, OnnxNode.Attribute> attributes) throws DataException {
        String called = "";
        long type = 0;
        float number = 0;
        long integer = 0;
        String text = "";
        OnnxTensor tensor = null;
        OnnxIntegers integers = new OnnxIntegers();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> called = text(reader);
                case 2 -> number = number(reader);
                case 3 -> integer = integer(reader);
                case 4 -> text = text(reader);
                case 5 -> tensor = new OnnxTensorReader(reader.bytes(), file).read();
                case 8 -> integers.add(reader, file);
                case 20 -> type = integer(reader);
                default -> reader.skip();
            }
        }
        long[] all = type == TYPE_INTS ? integers.toArray() : null;
        attributes.put(called, new OnnxNode.Attribute((int) type, number, integer, text, all, tensor));
    }

    private void value(WireReader reader) throws DataException {
        String called = "";
        Input input = new Input(0, List.of());
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> called = text(reader);
                case 2 -> input = type(reader(reader.bytes()));
                default -> reader.skip();
            }
        }
        if (inputs.put(called, input) != null) {
            throw new DataException(Kind.CORRUPT, file, "has two inputs called " + called);
        }
    }

    private String nameOfValue(WireReader reader) throws DataException {
        String called = "";
        while (reader.next()) {
            if (reader.field() == 1) {
                called = text(reader);
            } else {
                reader.skip();
            }
        }
        return called;
    }

    private Input type(WireReader reader) throws DataException {
        Input input = new Input(0, List.of());
        while (reader.next()) {
            if (reader.field() == 1) {
                input = tensorType(reader(reader.bytes()));
            } else {
                reader.skip();
            }
        }
        return input;
    }

    private Input tensorType(WireReader reader) throws DataException {
        long type = 0;
        List<Long> dimensions = new ArrayList<>();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> type = integer(reader);
                case 2 -> dimensions(reader(reader.bytes()), dimensions);
                default -> reader.skip();
            }
        }
        return new Input(type, dimensions);
    }

    private void dimensions(WireReader reader, List<Long> dimensions) throws DataException {
        while (reader.next()) {
            if (reader.field() != 1) {
                reader.skip();
                continue;
            }
            WireReader dimension = reader(reader.bytes());
            long size = 0;
            while (dimension.next()) {
                if (dimension.field() == 1) {
                    size = integer(dimension);
                } else {
                    dimension.skip();
                }
            }
            dimensions.add(size);
        }
    }

    private static String text(WireReader reader) throws DataException {
        return StandardCharsets.UTF_8.decode(reader.bytes()).toString();
    }

    private static long integer(WireReader reader) throws DataException {
        return OnnxIntegers.one(reader);
    }

    private static float number(WireReader reader) throws DataException {
        if (reader.type() != WireReader.FIXED32) {
            throw reader.damaged("field " + reader.field() + " is no number");
        }
        return reader.number().getFloat();
    }
}
