package org.batchmill.engine.onednn;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.batchmill.train.engine.Program.Span;
import org.batchmill.train.plan.Plan;

/** A plan with its native objects, ready to run once it is bound to an arena. */
final class CompiledPlan implements AutoCloseable {

    private final Plan<StepOperation> plan;
    private final StepOperation[] operations;
    private final Tensor output;
    private final Map<String, Tensor> layers;
    private final long inputBytes;
    private final long constantBytes;
    private final Handles handles;
    private final Map<String, FloatBuffer> layerMemory = new HashMap<>();
    private FloatBuffer outputMemory;

    /**
     * @param output     the network's, plain
     * @param layers     outputs by layer, plain; empty unless they are observed
     * @param inputBytes of the batch that it reads
     * @param handles    closed with this
     */
    CompiledPlan(
            Plan<StepOperation> plan,
            Tensor output,
            Map<String, Tensor> layers,
            long inputBytes,
            long constantBytes,
            Handles handles) {
        this.plan = plan;
        this.operations = plan.operations().toArray(StepOperation[]::new);
        this.output = output;
        this.layers = new LinkedHashMap<>(layers);
        this.inputBytes = inputBytes;
        this.constantBytes = constantBytes;
        this.handles = handles;
    }

    long arenaBytes() {
        return plan.arenaBytes();
    }

    long constantBytes() {
        return constantBytes;
    }

    long inputBytes() {
        return inputBytes;
    }

    List<String> lines() {
        return plan.lines();
    }

    void bind(long arena) {
        for (StepOperation operation : operations) {
            operation.bind(arena);
        }
        outputMemory = floats(output, arena);
        layers.forEach((name, tensor) -> layerMemory.put(name, floats(tensor, arena)));
    }

    private static FloatBuffer floats(Tensor tensor, long arena) {
        return Address.floats(tensor.address(arena), tensor.buffer.bytes());
    }

    /** @param spans told the time of each layer; null for nobody */
    void run(Step step, Consumer<Span> spans) {
        if (spans == null) {
            for (StepOperation operation : operations) {
                operation.run(step);
            }
        } else {
            runTraced(step, spans);
        }
    }

    /** Operations of one layer that follow each other are one span. */
    private void runTraced(Step step, Consumer<Span> spans) {
        int i = 0;
        while (i < operations.length) {
            StepOperation first = operations[i];
            long start = System.nanoTime();
            while (i < operations.length
                    && operations[i].layer().equals(first.layer())
                    && operations[i].pass() == first.pass()) {
                operations[i++].run(step);
            }
            String pass = first.pass().name().toLowerCase(java.util.Locale.ROOT);
            spans.accept(new Span(first.layer(), pass, start, System.nanoTime() - start));
        }
    }

    /** Copies the network's outputs of the last run. */
    void readOutput(float[] into) {
        outputMemory.get(0, into, 0, outputMemory.capacity());
    }

    Map<String, float[]> layerOutputs() {
        Map<String, float[]> outputs = new LinkedHashMap<>();
        layers.keySet().forEach(name -> {
            FloatBuffer memory = layerMemory.get(name);
            float[] values = new float[memory.capacity()];
            memory.get(0, values);
            outputs.put(name, values);
        });
        return outputs;
    }

    @Override
    public void close() {
        handles.close();
    }
}
