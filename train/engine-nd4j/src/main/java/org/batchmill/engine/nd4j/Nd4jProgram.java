package org.batchmill.engine.nd4j;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.NativeFloats;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A program on ND4J: one graph for each number of rows that comes up, over shared parameters and one shared arena. */
final class Nd4jProgram implements Program {

    private record Key(CompiledGraph.Purpose purpose, int rows) {}

    private static final StepContext NO_STEP = new StepContext(0, 0, 0);

    private final ProgramSpec spec;
    private final boolean channelsLast;
    private final int outputSize;
    private final Threads threads;
    private final Parameters parameters;
    private final Update update;
    private final Map<Key, CompiledGraph> graphs = new HashMap<>();
    /** Of the last rows that were trained on; exactly so long, as losses want them. */
    private float[] outputs;

    private float[] outputGradient;
    private INDArray arena;
    /** All gradients one behind the other; made when they are first exchanged. */
    private FloatBuffer gradients;

    private int accumulated;
    private Consumer<Span> spans;

    Nd4jProgram(ProgramSpec spec, int threadCount) {
        this.spec = spec;
        this.channelsLast = spec.dataFormat() != ProgramSpec.DataFormat.NCHW;
        this.outputSize = spec.network().output().size();
        this.threads = new Threads(threadCount);
        this.parameters = new Parameters(spec);
        this.update = spec.training() ? new Update(spec, parameters, threads) : null;
        this.outputs = new float[spec.batchSize() * outputSize];
        this.outputGradient = new float[spec.batchSize() * outputSize];
        this.arena = Nd4j.createUninitialized(DataType.FLOAT, 1);
        graph(spec.training() ? CompiledGraph.Purpose.TRAIN : CompiledGraph.Purpose.PREDICT, spec.batchSize());
    }

    /** The graph for a purpose and a number of rows; the first call builds it. */
    private CompiledGraph graph(CompiledGraph.Purpose purpose, int rows) {
        Key key = new Key(purpose, rows);
        CompiledGraph known = graphs.get(key);
        if (known != null) {
            return known;
        }
        CompiledGraph graph = new CompiledGraph(spec, parameters, channelsLast, rows, purpose);
        graphs.put(key, graph);
        if (graph.arenaSize() > arena.length()) {
            INDArray larger = Nd4j.createUninitialized(DataType.FLOAT, graph.arenaSize());
            graphs.values().forEach(each -> each.bind(larger));
            arena.close();
            arena = larger;
        } else {
            graph.bind(arena);
        }
        return graph;
    }

    @Override
    public double accumulate(ByteBuffer input, int rows, float[] targets, int totalRows, StepContext context) {
        spec.requireTraining();
        CompiledGraph.Purpose purpose =
                accumulated == 0 ? CompiledGraph.Purpose.TRAIN : CompiledGraph.Purpose.TRAIN_ADDING;
        CompiledGraph graph = checked(purpose, input, rows);
        float[] rowsTargets = spec.targetOf(rows, outputSize, targets);
        StepState state = new StepState(spec.seed(), context, rows, threads);
        graph.forward(input, state, spans);
        if (rows * outputSize != outputs.length) {
            outputs = new float[rows * outputSize];
            outputGradient = new float[rows * outputSize];
        }
        graph.readOutput(outputs);
        double loss = spec.loss().evaluate(outputs, rowsTargets, rows, totalRows, outputGradient);
        graph.backward(outputGradient, state, spans);
        if (purpose == CompiledGraph.Purpose.TRAIN_ADDING) {
            for (Parameters.Entry entry : parameters.trained()) {
                Floats sum = new Floats(entry.gradient);
                Elementwise.add(sum, new Floats(entry.added), sum, threads);
            }
        }
        accumulated++;
        return loss;
    }

    @Override
    public double update(StepContext context) {
        spec.requireTraining();
        if (accumulated == 0) {
            throw new UsageException("an update needs accumulated gradients");
        }
        long start = System.nanoTime();
        double norm = update.apply(context);
        accumulated = 0;
        if (spans != null) {
            spans.accept(new Span("optimizer", "update", "update", start, System.nanoTime() - start));
        }
        return norm;
    }

    @Override
    public void lastOutputs(float[] values) {
        System.arraycopy(outputs, 0, values, 0, outputs.length);
    }

    @Override
    public void predict(ByteBuffer input, int rows, float[] values) {
        CompiledGraph graph = checked(CompiledGraph.Purpose.PREDICT, input, rows);
        graph.forward(input, new StepState(spec.seed(), NO_STEP, rows, threads), spans);
        graph.readOutput(values);
    }

    @Override
    public Map<String, float[]> activations(ByteBuffer input, int rows) {
        CompiledGraph graph = checked(CompiledGraph.Purpose.OBSERVE, input, rows);
        graph.forward(input, new StepState(spec.seed(), NO_STEP, rows, threads), null);
        return graph.layerOutputs();
    }

    private CompiledGraph checked(CompiledGraph.Purpose purpose, ByteBuffer input, int rows) {
        spec.requireRows(rows);
        CompiledGraph graph = graph(purpose, rows);
        ProgramSpec.requireInput(rows, input.remaining(), graph.inputBytes());
        return graph;
    }

    @Override
    public ProgramSpec spec() {
        return spec;
    }

    @Override
    public float[] parameter(String name) {
        return new Floats(parameters.get(name).value).copy();
    }

    @Override
    public void setParameter(String name, float[] values) {
        set(parameters.get(name).value, name, values);
    }

    @Override
    public float[] gradient(String name) {
        Parameters.Entry entry = parameters.get(name);
        return entry.trained() && accumulated > 0
                ? new Floats(entry.gradient).copy()
                : new float[entry.parameter.size()];
    }

    /** {@inheritDoc} Copies: the backward pass writes each gradient to an array of its own. */
    @Override
    public <X extends Exception> void exchangeGradients(GradientWork<X> work) throws X {
        spec.requireTraining();
        boolean none = accumulated == 0;
        accumulated = Math.max(1, accumulated);
        if (gradients == null) {
            long count = parameters.trained().stream()
                    .mapToLong(entry -> entry.parameter.size())
                    .sum();
            gradients = ByteBuffer.allocateDirect(Math.toIntExact(count * Float.BYTES))
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        }
        FloatBuffer into = gradients.duplicate();
        for (Parameters.Entry entry : parameters.trained()) {
            into.put(none ? new float[entry.parameter.size()] : new Floats(entry.gradient).copy());
        }
        work.on(NativeFloats.ofHost(gradients));
        FloatBuffer from = gradients.duplicate();
        for (Parameters.Entry entry : parameters.trained()) {
            float[] values = new float[entry.parameter.size()];
            from.get(values);
            new Floats(entry.gradient).set(values);
        }
    }

    @Override
    public String gradientLayout() {
        return parameters.trained().stream()
                .map(entry -> entry.parameter.name() + " " + entry.parameter.dimensions())
                .collect(Collectors.joining(", "));
    }

    @Override
    public float[] slot(String parameter, String slot) {
        return new Floats(parameters.slot(parameter, slot)).copy();
    }

    @Override
    public void setSlot(String parameter, String slot, float[] values) {
        set(parameters.slot(parameter, slot), parameter + " " + slot, values);
    }

    private static void set(INDArray array, String name, float[] values) {
        if (values.length != array.length()) {
            throw new UsageException(name + " has " + array.length() + " values, not " + values.length);
        }
        new Floats(array).set(values);
    }

    @Override
    public List<String> plan() {
        List<String> lines = new ArrayList<>();
        lines.add("data format " + (channelsLast ? "NHWC" : "NCHW") + ", arena " + arena.length() * Float.BYTES
                + " bytes, parameters with gradients and slots " + parameters.bytes() + " bytes");
        lines.addAll(
                graph(spec.training() ? CompiledGraph.Purpose.TRAIN : CompiledGraph.Purpose.PREDICT, spec.batchSize())
                        .describe());
        return lines;
    }

    @Override
    public long peakBytes() {
        return arena.length() * Float.BYTES
                + parameters.bytes()
                + graphs.values().stream().mapToLong(CompiledGraph::bytes).sum();
    }

    @Override
    public void trace(Consumer<Span> consumer) {
        spans = consumer;
    }

    @Override
    public void close() {
        graphs.values().forEach(CompiledGraph::close);
        graphs.clear();
        arena.close();
        parameters.close();
        threads.close();
    }
}
