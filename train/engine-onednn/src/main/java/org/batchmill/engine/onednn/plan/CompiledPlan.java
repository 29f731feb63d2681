package org.batchmill.engine.onednn.plan;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.batchmill.engine.onednn.memory.Address;
import org.batchmill.engine.onednn.memory.Parameters;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.train.engine.Program.Span;
import org.batchmill.train.host.Handles;
import org.batchmill.train.host.plan.Buffer;
import org.batchmill.train.host.plan.Plan;
import org.bytedeco.javacpp.Pointer;

/** A plan with its native objects, ready to run once it is bound to an arena. */
public final class CompiledPlan implements AutoCloseable {

    private final Plan<StepOperation> plan;
    private final StepOperation[] operations;
    private final Tensor output;
    private final Map<String, Tensor> layers;
    private final long inputBytes;
    private final long constantBytes;
    private final Handles<Pointer> handles;
    private final Map<String, FloatBuffer> layerMemory = new HashMap<>();
    private FloatBuffer outputMemory;
    /** Behind each operation, from where on the block of gradients is final. */
    private final long[] finalFrom;

    /**
     * @param output     the network's, plain
     * @param layers     outputs by layer, plain; empty unless they are observed
     * @param inputBytes of the batch that it reads
     * @param handles    closed with this
     */
    public CompiledPlan(
            Plan<StepOperation> plan,
            Tensor output,
            Map<String, Tensor> layers,
            long inputBytes,
            long constantBytes,
            Handles<Pointer> handles) {
        this.plan = plan;
        this.operations = plan.operations().toArray(StepOperation[]::new);
        this.output = output;
        this.layers = new LinkedHashMap<>(layers);
        this.inputBytes = inputBytes;
        this.constantBytes = constantBytes;
        this.handles = handles;
        this.finalFrom = new long[operations.length];
    }

    public long arenaBytes() {
        return plan.arenaBytes();
    }

    public long constantBytes() {
        return constantBytes;
    }

    public long inputBytes() {
        return inputBytes;
    }

    public List<String> lines() {
        return plan.lines();
    }

    public void bind(long arena) {
        for (StepOperation operation : operations) {
            operation.bind(arena);
        }
        outputMemory = floats(output, arena);
        layers.forEach((name, tensor) -> layerMemory.put(name, floats(tensor, arena)));
    }

    private static FloatBuffer floats(Tensor tensor, long arena) {
        return Address.floats(tensor.address(arena), tensor.buffer.bytes());
    }

    /** Finds out when which gradients are final. Called when they {@linkplain Parameters#placeGradients have their places}. */
    public void findFinalGradients(Parameters parameters) {
        IdentityHashMap<Buffer, Integer> lastWrite = new IdentityHashMap<>();
        for (int i = 0; i < operations.length; i++) {
            for (Buffer buffer : operations[i].writes()) {
                lastWrite.put(buffer, i);
            }
        }
        Arrays.fill(finalFrom, 0);
        parameters.gradientPlaces().forEach((gradient, end) -> {
            int last = lastWrite.getOrDefault(gradient, -1);
            for (int i = 0; i < last; i++) {
                finalFrom[i] = Math.max(finalFrom[i], end);
            }
        });
    }

    /** @param spans told the time of each operation; null for nobody */
    public void run(Step step, Consumer<Span> spans) {
        for (int i = 0; i < operations.length; i++) {
            if (spans == null) {
                operations[i].run(step);
            } else {
                runTimed(operations[i], step, spans);
            }
            if (step.finalFrom != null && i > 0 && finalFrom[i] < finalFrom[i - 1]) {
                step.finalFrom.accept(finalFrom[i]);
            }
        }
    }

    private static void runTimed(StepOperation operation, Step step, Consumer<Span> spans) {
        long start = System.nanoTime();
        operation.run(step);
        long nanos = System.nanoTime() - start;
        String pass = operation.pass().name().toLowerCase(Locale.ROOT);
        spans.accept(new Span(operation.layer(), pass, operation.describe(), start, nanos));
    }

    /** Copies the network's outputs of the last run. */
    public void readOutput(float[] into) {
        outputMemory.get(0, into, 0, outputMemory.capacity());
    }

    public Map<String, float[]> layerOutputs() {
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
