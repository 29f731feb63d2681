package org.batchmill.engine.nd4j;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the intermediate variables of a graph lie in one arena: variables whose lives do not overlap share memory. A variable lives
 * from the operation that writes it to the last that reads it.
 */
final class MemoryPlan {

    /** 64 bytes: what vector instructions and oneDNN like. */
    private static final long ALIGNMENT = 16;

    private static final int FOR_EVER = Integer.MAX_VALUE;

    private record Block(long offset, long size, String owner) {
        long end() {
            return offset + size;
        }
    }

    private final Graph graph;
    private final Set<String> external;
    /** The variable in whose memory a variable lies. */
    private final Map<String, String> homes = new HashMap<>();

    private final Map<String, Integer> lastReads = new HashMap<>();
    private final Map<String, Long> offsets = new HashMap<>();
    private final List<Block> live = new ArrayList<>();
    private long size;

    /**
     * @param external variables whose memory is given from outside
     * @param kept     variables that are read after the last operation
     */
    MemoryPlan(Graph graph, Set<String> external, Set<String> kept) {
        this.graph = graph;
        this.external = external;
        findHomes(kept);
        place();
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
        return offsets.get(home(variable));
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

    private void place() {
        List<Graph.Node> nodes = graph.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            Graph.Node node = nodes.get(i);
            boolean moved = moveIn(node, i);
            for (int k = moved ? 1 : 0; k < node.outputs().size(); k++) {
                String output = node.outputs().get(k);
                if (home(output).equals(output) && !external.contains(output)) {
                    allocate(output);
                }
            }
            int now = i;
            live.removeIf(block -> lastReads.get(block.owner()) <= now);
        }
    }

    /** Lets an output overwrite an input that is read for the last time. */
    private boolean moveIn(Graph.Node node, int index) {
        if (!(node.op() instanceof GraphOp op) || op.inPlaceInput() < 0) {
            return false;
        }
        String input = home(node.inputs().get(op.inPlaceInput()));
        String output = node.outputs().get(0);
        if (external.contains(input) || external.contains(output) || lastReads.get(input) != index) {
            return false;
        }
        // Views of the output were given its home before it moved.
        homes.replaceAll((variable, home) -> home.equals(output) ? input : home);
        homes.put(output, input);
        lastReads.put(input, lastReads.get(output));
        return true;
    }

    private void allocate(String variable) {
        long length = length(graph.shape(variable));
        long wanted = (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        long offset = 0;
        int index = 0;
        for (; index < live.size(); index++) {
            Block block = live.get(index);
            if (block.offset() - offset >= wanted) {
                break;
            }
            offset = Math.max(offset, block.end());
        }
        live.add(new Block(offset, wanted, variable));
        live.sort(Comparator.comparingLong(Block::offset));
        offsets.put(variable, offset);
        size = Math.max(size, offset + wanted);
    }

    static long length(long[] shape) {
        long length = 1;
        for (long dimension : shape) {
            length *= dimension;
        }
        return length;
    }
}
