package org.batchmill.engine.nd4j.plan;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.batchmill.train.host.plan.Arena;
import org.batchmill.train.host.plan.Buffer;

/**
 * Where the intermediate variables of a graph lie in one arena: variables whose lives do not overlap share memory. A variable lives
 * from the operation that writes it to the last that reads it.
 */
final class MemoryPlan {

    /** Bytes: what vector instructions and oneDNN like. */
    private static final int ALIGNMENT = 64;

    private static final int FOR_EVER = Integer.MAX_VALUE;

    private final Graph graph;
    private final Set<String> external;
    /** The variable in whose memory a variable lies. */
    private final Map<String, String> homes = new HashMap<>();

    private final Map<String, Integer> lastReads = new HashMap<>();
    private final Map<String, Buffer> buffers = new LinkedHashMap<>();
    private final long size;

    /**
     * @param external variables whose memory is given from outside
     * @param kept     variables that are read after the last operation
     */
    MemoryPlan(Graph graph, Set<String> external, Set<String> kept) {
        this.graph = graph;
        this.external = external;
        findHomes(kept);
        moveIn();
        measureLives(kept);
        size = Arena.place(List.copyOf(buffers.values()), ALIGNMENT) / Float.BYTES;
    }

    /** Values in the arena. */
    long size() {
        return size;
    }

    boolean isExternal(String variable) {
        return external.contains(home(variable));
    }

    /** The external variable, or the one with an offset, whose memory this variable has. */
    String home(String variable) {
        return homes.getOrDefault(variable, variable);
    }

    long offset(String variable) {
        return buffers.get(home(variable)).offset() / Float.BYTES;
    }

    /** In the first pass, views move in with what they look at, and lives are measured. */
    private void findHomes(Set<String> kept) {
        List<Graph.Node> nodes = graph.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            Graph.Node node = nodes.get(i);
            for (String input : node.inputs()) {
                lastReads.put(home(input), i);
            }
            if (node.op() instanceof ViewOp) {
                homes.put(node.outputs().get(0), home(node.inputs().get(0)));
            }
            for (String output : node.outputs()) {
                lastReads.merge(home(output), i, Math::max);
            }
        }
        kept.forEach(variable -> lastReads.put(home(variable), FOR_EVER));
    }

    private void moveIn() {
        List<Graph.Node> nodes = graph.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            moveIn(nodes.get(i), i);
        }
    }

    /** Lets an output overwrite an input that is read for the last time. */
    private void moveIn(Graph.Node node, int index) {
        if (!(node.op() instanceof GraphOp op) || op.inPlaceInput() < 0) {
            return;
        }
        String input = home(node.inputs().get(op.inPlaceInput()));
        String output = node.outputs().get(0);
        if (external.contains(input) || external.contains(output) || lastReads.get(input) != index) {
            return;
        }
        // Views of the output were given its home before it moved.
        homes.replaceAll((variable, home) -> home.equals(output) ? input : home);
        homes.put(output, input);
        lastReads.put(input, lastReads.get(output));
    }

    private void measureLives(Set<String> kept) {
        List<Graph.Node> nodes = graph.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            int now = i;
            nodes.get(i).outputs().forEach(variable -> touch(variable, now));
            nodes.get(i).inputs().forEach(variable -> touch(variable, now));
        }
        kept.forEach(variable -> touch(variable, nodes.size()));
    }

    private void touch(String variable, int operation) {
        if (!isExternal(variable)) {
            buffers.computeIfAbsent(
                            home(variable),
                            name -> Buffer.inArena(name, "float32", length(graph.shape(name)) * Float.BYTES))
                    .touch(operation);
        }
    }

    static long length(long[] shape) {
        long length = 1;
        for (long dimension : shape) {
            length *= dimension;
        }
        return length;
    }
}
