package org.batchmill.engine.nd4j;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.batchmill.engine.nd4j.memory.Floats;
import org.batchmill.engine.nd4j.memory.Parameters;
import org.batchmill.engine.nd4j.plan.Elementwise;
import org.batchmill.engine.nd4j.plan.Step;
import org.batchmill.train.engine.NativeFloats;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.host.EngineProgram;
import org.batchmill.train.host.Purpose;
import org.batchmill.train.host.Update;
import org.batchmill.train.host.Workers;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A program on ND4J: one graph for each number of rows that comes up, over shared parameters and one shared arena. */
final class Nd4jProgram extends EngineProgram<INDArray, Parameters.Entry> {

    private record Key(Purpose purpose, int rows) {}

    private final boolean channelsLast;
    private final Workers workers;
    private final Parameters parameters;
    private final Update update;
    /** What an update reads and writes. */
    private final List<Floats> updated = new ArrayList<>();

    private final Map<Key, CompiledPlan> graphs = new HashMap<>();
    /** Of the last rows that were trained on; exactly so long, as losses want them. */
    private float[] outputs;

    private float[] outputGradient;
    private INDArray arena;
    /** All gradients one behind the other; made when they are first exchanged. */
    private FloatBuffer gradients;

    Nd4jProgram(ProgramSpec spec, int threads) {
        super(spec);
        this.channelsLast = spec.execution().dataFormat() != ProgramSpec.DataFormat.NCHW;
        this.workers = new Workers("nd4j-host", threads);
        Parameters made = null;
        try {
            made = new Parameters(spec);
            this.parameters = made;
            this.update = spec.training() ? new Update(spec, targets(), workers) : null;
            this.outputs = new float[spec.batchSize() * outputSize];
            this.outputGradient = new float[spec.batchSize() * outputSize];
            this.arena = Nd4j.createUninitialized(DataType.FLOAT, 1);
            graph(spec.training() ? Purpose.TRAIN : Purpose.PREDICT, spec.batchSize());
        } catch (RuntimeException | Error e) {
            // A program that was never made is closed by nobody else.
            release(made);
            throw e;
        }
    }

    /** The graph for a purpose and a number of rows; the first call builds it. */
    private CompiledPlan graph(Purpose purpose, int rows) {
        Key key = new Key(purpose, rows);
        CompiledPlan known = graphs.get(key);
        if (known != null) {
            return known;
        }
        CompiledPlan graph = new CompiledPlan(spec, parameters, channelsLast, rows, purpose);
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
        Purpose purpose = accumulated == 0 ? Purpose.TRAIN : Purpose.TRAIN_ADDING;
        CompiledPlan graph = checked(purpose, input, rows);
        float[] rowsTargets = spec.targetOf(rows, outputSize, targets);
        Step state = new Step(spec.seed(), context, rows, workers);
        graph.forward(input, state, spans);
        if (rows * outputSize != outputs.length) {
            outputs = new float[rows * outputSize];
            outputGradient = new float[rows * outputSize];
        }
        graph.readOutput(outputs);
        double loss = spec.loss().evaluate(outputs, rowsTargets, rows, totalRows, outputGradient);
        graph.backward(outputGradient, state, spans);
        if (purpose == Purpose.TRAIN_ADDING) {
            for (Parameters.Entry entry : parameters.trained()) {
                Floats sum = new Floats(entry.gradient);
                Elementwise.add(sum, new Floats(entry.added), sum, workers);
                sum.changed();
            }
        }
        accumulated++;
        return loss;
    }

    private List<Update.Target> targets() {
        return parameters.trained().stream()
                .map(entry -> Update.Target.of(entry, array -> {
                    Floats values = new Floats(array);
                    updated.add(values);
                    return values.buffer();
                }))
                .toList();
    }

    @Override
    protected double apply(StepContext context) {
        updated.forEach(Floats::fetch);
        double norm = update.apply(context);
        updated.forEach(Floats::changed);
        return norm;
    }

    @Override
    public void lastOutputs(float[] values) {
        System.arraycopy(outputs, 0, values, 0, outputs.length);
    }

    @Override
    public void predict(ByteBuffer input, int rows, float[] values) {
        CompiledPlan graph = checked(Purpose.PREDICT, input, rows);
        graph.forward(input, new Step(spec.seed(), NO_STEP, rows, workers), spans);
        graph.readOutput(values);
    }

    @Override
    public Map<String, float[]> activations(ByteBuffer input, int rows) {
        CompiledPlan graph = checked(Purpose.OBSERVE, input, rows);
        graph.forward(input, new Step(spec.seed(), NO_STEP, rows, workers), null);
        return graph.layerOutputs();
    }

    private CompiledPlan checked(Purpose purpose, ByteBuffer input, int rows) {
        spec.requireRows(rows);
        CompiledPlan graph = graph(purpose, rows);
        ProgramSpec.requireInput(rows, input.remaining(), graph.inputBytes());
        return graph;
    }

    @Override
    protected Parameters parameters() {
        return parameters;
    }

    @Override
    protected float[] read(Parameters.Entry entry, INDArray array) {
        return new Floats(array).copy();
    }

    @Override
    protected void write(Parameters.Entry entry, INDArray array, float[] values) {
        new Floats(array).set(values);
    }

    @Override
    protected void clearGradients() {
        parameters.trained().forEach(entry -> entry.gradient.assign(0));
    }

    /** {@inheritDoc} Copies: the backward pass writes each gradient to an array of its own. */
    @Override
    protected NativeFloats gradients() {
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
            into.put(new Floats(entry.gradient).copy());
        }
        return NativeFloats.ofHost(gradients);
    }

    @Override
    protected void gradientsExchanged() {
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
    public List<String> plan() {
        List<String> lines = new ArrayList<>();
        lines.add("data format " + (channelsLast ? "NHWC" : "NCHW") + ", arena " + arena.length() * Float.BYTES
                + " bytes, parameters with gradients and slots " + parameters.bytes() + " bytes");
        lines.addAll(graph(spec.training() ? Purpose.TRAIN : Purpose.PREDICT, spec.batchSize())
                .describe());
        return lines;
    }

    @Override
    public long peakBytes() {
        return arena.length() * Float.BYTES
                + parameters.bytes()
                + graphs.values().stream().mapToLong(CompiledPlan::bytes).sum();
    }

    @Override
    public void close() {
        release(parameters);
    }

    /** @param its null for none */
    private void release(Parameters its) {
        graphs.values().forEach(CompiledPlan::close);
        graphs.clear();
        if (arena != null) {
            arena.close();
        }
        if (its != null) {
            its.close();
        }
        workers.close();
    }
}
