package org.batchmill.engine.torch.memory;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.host.ParameterEntry;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;

/**
 * The least that a step takes of its device's memory, known before one has run. In training that is what is held when the loss is reached:
 * parameters, gradients and slots, the batch, and what each layer that learns reads, from which its gradient is made. In prediction it is
 * what the largest layer reads and writes. What libtorch and its libraries work in comes on top.
 */
public final class MemoryEstimate {

    private final ProgramSpec spec;
    private final Network network;
    private final Map<String, Shape> shapes;
    private final int bytesEach;

    private MemoryEstimate(ProgramSpec spec) {
        this.spec = spec;
        this.network = spec.network();
        this.shapes = new HashMap<>(network.outputShapes());
        shapes.put(Network.INPUT, network.input());
        // Autocast keeps what it made bfloat16.
        this.bytesEach = spec.execution().precision() == ProgramSpec.Precision.BFLOAT16 ? Short.BYTES : Float.BYTES;
    }

    /** In bytes. */
    public static long of(ProgramSpec spec) {
        MemoryEstimate its = new MemoryEstimate(spec);
        List<ParameterEntry<Void>> parameters = spec.network().parameters().stream()
                .map(parameter -> new ParameterEntry<Void>(parameter, spec))
                .toList();
        long values = 0;
        for (ParameterEntry<Void> entry : parameters) {
            int copies = entry.trained ? 2 + spec.optimizer().slots().size() : 1;
            values += (long) entry.parameter.size() * copies;
        }
        return values * Float.BYTES + its.batch() + (spec.training() ? its.kept(parameters) : its.largest());
    }

    private long batch() {
        boolean bytes = spec.inputFormat() == ProgramSpec.InputFormat.UINT8_NHWC;
        return values(Network.INPUT) * (bytes ? 1 : Float.BYTES);
    }

    private long kept(Collection<ParameterEntry<Void>> parameters) {
        Set<String> read = new HashSet<>();
        for (ParameterEntry<Void> entry : parameters) {
            if (entry.trained) {
                read.addAll(network.inputs().get(entry.parameter.layer()));
            }
        }
        return read.stream().mapToLong(this::values).sum() * bytesEach;
    }

    private long largest() {
        long most = 0;
        for (Layer layer : network.layers()) {
            long itsInputs = network.inputs().get(layer.name()).stream()
                    .mapToLong(this::values)
                    .sum();
            most = Math.max(most, itsInputs + values(layer.name()));
        }
        return most * bytesEach;
    }

    /** Of a full batch. */
    private long values(String layer) {
        int frames = layer.equals(Network.INPUT) ? network.timeSteps() : network.frames(layer);
        return (long) spec.batchSize() * frames * shapes.get(layer).size();
    }
}
