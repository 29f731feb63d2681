package org.batchmill.train.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.batchmill.train.onnx.OnnxValue.Axes;

/**
 * A network out of an ONNX file of the operator sets 13 to 21, with its weights: a plain value. Layers are called as their weights are, without
 * the last part of the name ({@code layer1.0.conv1}), or else as the nodes are.
 *
 * @param parameters by name, in the canonical layouts
 * @param facts      what the program that wrote it says of it
 * @param notes      what is not quite as it was, a line each
 */
public record OnnxNetwork(
        Network network, Map<String, float[]> parameters, Map<String, String> facts, List<String> notes) {

    private static final int FLOATS = 1;
    private static final Set<String> GENERIC =
            Set.of("main_graph", "torch_jit", "torch-jit-export", "tf2onnx", "graph");

    public OnnxNetwork {
        facts = Map.copyOf(facts);
        notes = List.copyOf(notes);
    }

    /**
     * Reads a network.
     *
     * @throws DataException if it is damaged, or a node of it is nothing that a layer of ours does; the message names the node
     */
    public static OnnxNetwork read(Path file) throws IOException {
        return of(OnnxGraphFile.read(file));
    }

    private static OnnxNetwork of(OnnxGraphFile file) throws DataException {
        if (file.inputs.size() != 1 || file.outputs.size() != 1) {
            throw new DataException(
                    Kind.UNSUPPORTED,
                    file.file,
                    "has the inputs " + file.inputs.keySet() + " and the outputs " + file.outputs
                            + "; a network here has one of each");
        }
        String output = file.outputs.get(0);
        Set<OnnxNode> wanted = wanted(file, output);
        Map.Entry<String, OnnxGraphFile.Input> fed =
                file.inputs.entrySet().iterator().next();
        OnnxValue input = input(file.file, fed.getKey(), fed.getValue());
        List<Long> dimensions = fed.getValue().dimensions();
        boolean sequences = input.axes() == Axes.SEQUENCE || input.axes() == Axes.IMAGES;
        int timeSteps = sequences ? dimensions.get(1).intValue() : 1;
        ImportedGraph graph =
                new ImportedGraph(file.file, file.constants, readers(wanted, output), timeSteps, dimensions.get(0));
        graph.put(fed.getKey(), input);
        Operations operations = new Operations(graph);
        for (OnnxNode node : file.nodes) {
            if (wanted.contains(node)) {
                if (node.outputs().isEmpty()) {
                    throw node.corrupt("gives nothing");
                }
                operations.apply(node);
            }
        }
        requireOutput(file.file, graph, output);
        Network network = network(file, graph, input.shape(), timeSteps);
        requireParameters(file.file, network, graph.parameters);
        return new OnnxNetwork(network, graph.parameters, file.facts, graph.notes);
    }

    /** The nodes without which there is no output. */
    private static Set<OnnxNode> wanted(OnnxGraphFile file, String output) {
        Map<String, OnnxNode> givers = new HashMap<>();
        file.nodes.forEach(node -> node.outputs().forEach(name -> givers.put(name, node)));
        Set<OnnxNode> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<String> left = new ArrayDeque<>(List.of(output));
        Set<String> seen = new HashSet<>();
        while (!left.isEmpty()) {
            String name = left.pop();
            OnnxNode node = seen.add(name) ? givers.get(name) : null;
            if (node != null && wanted.add(node)) {
                node.inputs().forEach(left::push);
            }
        }
        return wanted;
    }

    private static Map<String, Integer> readers(Set<OnnxNode> wanted, String output) {
        Map<String, Integer> readers = new HashMap<>();
        readers.put(output, 1);
        wanted.forEach(node -> node.inputs().forEach(name -> readers.merge(name, 1, Integer::sum)));
        return readers;
    }

    private static OnnxValue input(String file, String name, OnnxGraphFile.Input input) throws DataException {
        List<Long> dimensions = input.dimensions();
        boolean known = dimensions.size() >= 2 && dimensions.size() <= 5 && input.type() == FLOATS;
        for (int i = 1; i < dimensions.size(); i++) {
            known &= dimensions.get(i) >= 1 && dimensions.get(i) <= Integer.MAX_VALUE;
        }
        if (!known) {
            throw new DataException(
                    Kind.UNSUPPORTED,
                    file,
                    "its input " + name + " of " + dimensions
                            + " is not of floats [samples][channels][height][width] or"
                            + " [samples][numbers], of which only the samples may be open");
        }
        int rank = dimensions.size();
        int first = rank == 5 || rank == 3 ? 2 : 1;
        boolean image = rank >= 4;
        Shape shape = image
                ? new Shape(
                        dimensions.get(first).intValue(),
                        dimensions.get(first + 1).intValue(),
                        dimensions.get(first + 2).intValue())
                : Shape.vector(dimensions.get(first).intValue());
        Axes axes = first == 2 ? image ? Axes.IMAGES : Axes.SEQUENCE : image ? Axes.IMAGE : Axes.VECTOR;
        return OnnxValue.of(Network.INPUT, shape, axes, first == 2);
    }

    private static void requireOutput(String file, ImportedGraph graph, String output) throws DataException {
        OnnxValue value = graph.named(output);
        boolean known = value != null && value.edges() == null && !value.layer().equals(Network.INPUT);
        // Frames come out as sequences, one number behind the other.
        if (!known || (value.frames() && value.axes() != Axes.SEQUENCE && value.axes() != Axes.FLAT_SEQUENCE)) {
            throw new DataException(
                    Kind.UNSUPPORTED, file, "its output " + output + " is nothing that a layer of its network gives");
        }
    }

    /** The graph's, unless it is what a program calls all of its graphs: then the file's. */
    private static String name(OnnxGraphFile file) {
        if (!file.name.isBlank() && !GENERIC.contains(file.name)) {
            return file.name;
        }
        String last = Path.of(file.file).getFileName().toString();
        return last.toLowerCase(Locale.ROOT).endsWith(".onnx") ? last.substring(0, last.length() - 5) : last;
    }

    private static Network network(OnnxGraphFile file, ImportedGraph graph, Shape input, int timeSteps)
            throws DataException {
        try {
            return graph.network(name(file), input, timeSteps);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new DataException(Kind.CORRUPT, file.file, String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireParameters(String file, Network network, Map<String, float[]> parameters)
            throws DataException {
        for (Parameter parameter : network.parameters()) {
            float[] values = parameters.get(parameter.name());
            if (values.length != parameter.size()) {
                throw new DataException(
                        Kind.CORRUPT,
                        file,
                        parameter.name() + " has " + values.length + " numbers, not " + parameter.dimensions());
            }
        }
    }
}
