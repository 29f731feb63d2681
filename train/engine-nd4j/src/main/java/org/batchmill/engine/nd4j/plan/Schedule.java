package org.batchmill.engine.nd4j.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.batchmill.engine.nd4j.memory.Floats;
import org.batchmill.train.engine.Program.Span;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Conv2D;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The operations of a graph in order, bound to their memory once: running it allocates nothing on our side. SameDiff's own session
 * works the order out anew, allocates and frees at each run, and cannot stop between the forward and the backward pass.
 */
public final class Schedule implements AutoCloseable {

    /** One operation, ready to run. */
    private interface Action {
        void run(Step state);
    }

    private record Entry(Graph.Node node, Action action) {}

    private final Graph graph;
    private final MemoryPlan memory;
    private final Map<String, INDArray> external;
    private final Map<String, INDArray> arrays = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<OpContext> contexts = new ArrayList<>();
    private INDArray arena;
    private int backward;

    /**
     * @param external the memory of variables given from outside, by name
     * @param kept     variables that are read after a run
     */
    public Schedule(Graph graph, Map<String, INDArray> external, Set<String> kept) {
        this.graph = graph;
        this.external = external;
        this.memory = new MemoryPlan(graph, external.keySet(), kept);
    }

    /** Values in the arena that {@link #bind} needs. */
    public long arenaSize() {
        return memory.size();
    }

    /** Binds the operations to an arena: the first {@link #arenaSize()} values of it. */
    public void bind(INDArray memoryOfAll) {
        close();
        arena = memoryOfAll;
        arrays.clear();
        entries.clear();
        backward = -1;
        for (Graph.Node node : graph.nodes()) {
            if (node.op() instanceof ViewOp) {
                continue;
            }
            if (backward < 0 && node.pass().equals(Graph.BACKWARD)) {
                backward = entries.size();
            }
            INDArray[] inputs = arrays(node.inputs());
            INDArray[] outputs = arrays(node.outputs());
            entries.add(new Entry(node, action(node, inputs, outputs)));
        }
        if (backward < 0) {
            backward = entries.size();
        }
    }

    private Action action(Graph.Node node, INDArray[] inputs, INDArray[] outputs) {
        if (node.op() instanceof HostOp op) {
            Floats[] in = Arrays.stream(inputs).map(Floats::new).toArray(Floats[]::new);
            Floats[] out = Arrays.stream(outputs).map(Floats::new).toArray(Floats[]::new);
            return state -> {
                for (Floats each : in) {
                    each.fetch();
                }
                // What is written in part is there in full.
                for (Floats each : out) {
                    each.fetch();
                }
                op.kernel().run(in, out, state);
                for (Floats each : out) {
                    each.changed();
                }
            };
        }
        CustomOp op = (CustomOp) node.op();
        OpContext context = Nd4j.getExecutioner().buildContext();
        context.setIArguments(op.iArgs());
        context.setTArguments(op.tArgs());
        context.setBArguments(op.bArgs());
        context.setDArguments(op.dArgs());
        context.setInputArrays(inputs);
        context.setOutputArrays(outputs);
        context.allowHelpers(!dilated(node.op()));
        contexts.add(context);
        return state -> Nd4j.getExecutioner().exec(op, context);
    }

    /** ND4J's call of oneDNN forgets the dilation when it works out the padding; its own code does not. */
    private static boolean dilated(DifferentialFunction op) {
        return op instanceof Conv2D convolution
                && (convolution.getConfig().getDH() > 1
                        || convolution.getConfig().getDW() > 1);
    }

    private INDArray[] arrays(List<String> variables) {
        return variables.stream().map(this::array).toArray(INDArray[]::new);
    }

    /** The memory of a variable, after {@link #bind}. */
    public INDArray array(String variable) {
        return arrays.computeIfAbsent(variable, name -> {
            INDArray given = external.get(name);
            if (given != null) {
                return given;
            }
            long[] shape = graph.shape(name);
            boolean outside = memory.isExternal(name);
            INDArray home = outside ? external.get(memory.home(name)) : arena;
            long offset = outside ? home.offset() : memory.offset(name);
            return Nd4j.create(home.data(), shape, Nd4j.getStrides(shape, 'c'), offset, 'c');
        });
    }

    public void forward(Step state, Consumer<Span> spans) {
        run(0, backward, state, spans);
    }

    public void backward(Step state, Consumer<Span> spans) {
        run(backward, entries.size(), state, spans);
    }

    private void run(int from, int to, Step state, Consumer<Span> spans) {
        for (int i = from; i < to; i++) {
            Entry entry = entries.get(i);
            long start = System.nanoTime();
            entry.action().run(state);
            if (spans != null) {
                long nanos = System.nanoTime() - start;
                String operation = entry.node().op().opName();
                spans.accept(new Span(entry.node().layer(), entry.node().pass(), operation, start, nanos));
            }
        }
    }

    /** A line for each operation. */
    public List<String> describe() {
        return graph.nodes().stream()
                .map(node -> String.format(
                        Locale.ROOT,
                        "%-8s  %-16s  %-28s  %s%s",
                        node.pass(),
                        node.layer(),
                        node.op().opName(),
                        place(node),
                        node.op() instanceof HostOp ? "  java" : ""))
                .toList();
    }

    private String place(Graph.Node node) {
        String output = node.outputs().get(0);
        String shape = Arrays.toString(graph.shape(output)).replace(", ", "x");
        return memory.isExternal(output)
                ? shape + " " + memory.home(output)
                : shape + " at " + memory.offset(output) * Float.BYTES;
    }

    @Override
    public void close() {
        for (OpContext context : contexts) {
            try {
                context.close();
            } catch (Exception e) {
                throw new IllegalStateException("an operation's context cannot be closed", e);
            }
        }
        contexts.clear();
    }
}
