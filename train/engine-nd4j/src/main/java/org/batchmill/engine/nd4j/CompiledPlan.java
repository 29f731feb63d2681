package org.batchmill.engine.nd4j;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.batchmill.engine.nd4j.memory.Floats;
import org.batchmill.engine.nd4j.memory.Parameters;
import org.batchmill.engine.nd4j.plan.Graph;
import org.batchmill.engine.nd4j.plan.InputReader;
import org.batchmill.engine.nd4j.plan.Placement;
import org.batchmill.engine.nd4j.plan.Schedule;
import org.batchmill.engine.nd4j.plan.Signal;
import org.batchmill.engine.nd4j.plan.Step;
import org.batchmill.train.engine.Program.Span;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.host.Purpose;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A network for one number of rows and one purpose: its graph, scheduled over an arena that all graphs of a program share. */
final class CompiledPlan implements AutoCloseable {

    private static final String OUTPUT_GRADIENT = "output-gradient";

    private final Schedule schedule;
    private final Map<String, Signal> layers;
    private final String output;
    private final INDArray input;
    private final INDArray outputGradient;
    private final InputReader reader;
    private final int frames;

    CompiledPlan(ProgramSpec spec, Parameters parameters, boolean channelsLast, int rows, Purpose purpose) {
        Network network = spec.network();
        boolean training = purpose.training();
        NetworkCompiler builder = new NetworkCompiler(network, rows, channelsLast, training, frozen(spec));
        Signal result = builder.build();
        Graph graph = builder.graph();
        layers = builder.outputs();
        output = result.variable().name();
        frames = rows * network.timeSteps();
        input = Nd4j.createUninitialized(DataType.FLOAT, graph.shape(NetworkCompiler.INPUT));
        reader = reader(spec, channelsLast);

        Map<String, INDArray> external = new HashMap<>();
        external.put(NetworkCompiler.INPUT, input);
        for (Parameters.Entry entry : parameters.all()) {
            external.put(entry.parameter.name(), entry.value);
        }
        Set<String> kept = new HashSet<>();
        kept.add(output);
        outputGradient = training ? Nd4j.create(DataType.FLOAT, result.dimensions()) : null;
        if (training) {
            external.put(OUTPUT_GRADIENT, outputGradient);
            SDVariable gradient = graph.external(OUTPUT_GRADIENT, result.dimensions());
            addBackward(graph, result.variable(), gradient, parameters, purpose, external);
        } else if (purpose == Purpose.OBSERVE) {
            layers.values().forEach(signal -> kept.add(signal.variable().name()));
        }
        schedule = new Schedule(graph, external, kept);
    }

    private static void addBackward(
            Graph graph,
            SDVariable output,
            SDVariable gradient,
            Parameters parameters,
            Purpose purpose,
            Map<String, INDArray> external) {
        Map<String, Parameters.Entry> trained = new LinkedHashMap<>();
        parameters.trained().forEach(entry -> trained.put(entry.parameter.name(), entry));
        graph.differentiate(output, gradient, trained.keySet())
                .forEach((name, variable) -> external.put(
                        variable.name(),
                        purpose == Purpose.TRAIN ? trained.get(name).gradient : parameters.added(trained.get(name))));
    }

    /** Layers that have parameters and learn at rate 0. */
    private static Set<String> frozen(ProgramSpec spec) {
        Set<String> frozen = new HashSet<>();
        spec.network().parameters().stream()
                .filter(parameter -> spec.rate(parameter.layer()) == 0)
                .forEach(parameter -> frozen.add(parameter.layer()));
        return frozen;
    }

    private static InputReader reader(ProgramSpec spec, boolean channelsLast) {
        Network network = spec.network();
        float multiply = network.inputScale().map(Layer.InputScale::multiply).orElse(1f);
        float add = network.inputScale().map(Layer.InputScale::add).orElse(0f);
        return new InputReader(spec.inputFormat(), Placement.of(1, network.input(), channelsLast), multiply, add);
    }

    long arenaSize() {
        return schedule.arenaSize();
    }

    /** Bytes of our own beside the arena. */
    long bytes() {
        return (input.length() + (outputGradient == null ? 0 : outputGradient.length())) * Float.BYTES;
    }

    void bind(INDArray arena) {
        schedule.bind(arena);
    }

    /** Bytes that the input must hold. */
    long inputBytes() {
        return (long) reader.frameBytes() * frames;
    }

    void forward(ByteBuffer batch, Step state, Consumer<Span> spans) {
        long start = System.nanoTime();
        Floats values = new Floats(input);
        reader.read(batch, frames, values, state.workers());
        values.changed();
        if (spans != null) {
            spans.accept(new Span(NetworkCompiler.INPUT, Graph.FORWARD, "read", start, System.nanoTime() - start));
        }
        schedule.forward(state, spans);
    }

    void readOutput(float[] values) {
        Floats memory = new Floats(schedule.array(output));
        memory.read(0, values, memory.length());
    }

    void backward(float[] gradient, Step state, Consumer<Span> spans) {
        Floats memory = new Floats(outputGradient);
        memory.write(0, gradient, memory.length());
        memory.changed();
        schedule.backward(state, spans);
    }

    /** The output of each layer in canonical order; of a graph that keeps them. */
    Map<String, float[]> layerOutputs() {
        Map<String, float[]> outputs = new LinkedHashMap<>();
        layers.forEach((name, signal) -> outputs.put(name, canonical(signal)));
        return outputs;
    }

    private float[] canonical(Signal signal) {
        Floats memory = new Floats(schedule.array(signal.variable().name()));
        Placement placement = signal.placement();
        float[] all = new float[placement.size()];
        float[] row = new float[placement.rowSize()];
        for (int i = 0; i < placement.rows(); i++) {
            memory.read(i * row.length, row, row.length);
            System.arraycopy(placement.toCanonical(row), 0, all, i * row.length, row.length);
        }
        return all;
    }

    List<String> describe() {
        return schedule.describe();
    }

    @Override
    public void close() {
        schedule.close();
        input.close();
        if (outputGradient != null) {
            outputGradient.close();
        }
    }
}
