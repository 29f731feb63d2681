package org.batchmill.engine.torch.memory;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.batchmill.engine.torch.device.Cuda;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.train.engine.NativeFloats;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.host.Handles;
import org.batchmill.train.host.ParameterEntry;
import org.batchmill.train.host.ParameterTable;
import org.batchmill.train.network.Initializers;
import org.batchmill.train.network.Parameter;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The parameters of a program, their gradients and their optimizer slots, each kind in one buffer on the device, of which a parameter is
 * a view: an update, a norm and a sum over machines are a few operations.
 *
 * <p>What is trained lies in front, by its learning-rate multiplier, and of each multiplier what decays behind the rest: the weights. So
 * the buffers of gradients and slots are as long as that part.
 */
public final class Parameters extends ParameterTable<Tensor, Parameters.Entry> implements AutoCloseable {

    /** Values. A parameter begins where vector instructions like to begin; the gap behind one holds zeros. */
    private static final int ALIGNMENT = 16;

    /** An entry whose arrays are views of the buffers. */
    public static final class Entry extends ParameterEntry<Tensor> {
        /** First of its values in the buffer. */
        private long offset;

        private Entry(Parameter parameter, ProgramSpec spec) {
            super(parameter, spec);
        }

        private long end() {
            return offset + parameter.size();
        }
    }

    /**
     * Neighbours in the buffers that are treated alike.
     *
     * @param weights whether they decay
     */
    public record Run(long offset, long length, float rate, boolean weights) {}

    private final Device device;
    private final boolean channelsLast;
    private final Handles<Pointer> handles = Natives.handles();
    private final List<Run> runs = new ArrayList<>();
    private final Tensor values;
    private final Tensor gradients;
    /** The gradients where Java can reach them; else null. */
    private final FloatBuffer hostGradients;

    private final Map<String, Tensor> slots = new LinkedHashMap<>();

    public Parameters(ProgramSpec spec, Device device, boolean channelsLast) {
        super(spec, Entry::new);
        this.device = device;
        this.channelsLast = channelsLast;
        // Weights behind biases, so that a pass back is soon done with the end of the block, which is most of it.
        long trained = place(trained().stream()
                .sorted(Comparator.comparing((Entry entry) -> entry.rate).thenComparing(Entry::isWeights))
                .toList());
        long all = trained;
        for (Entry entry : all()) {
            if (!entry.trained) {
                entry.offset = all;
                all = aligned(entry.end());
            }
        }
        try {
            values = handles.keep(Tensors.zeros(device, all));
            gradients = handles.keep(Tensors.zeros(device, trained));
            hostGradients = device.is_cpu() ? Tensors.buffer(gradients) : null;
            if (spec.training()) {
                for (String slot : spec.optimizer().slots()) {
                    Tensor buffer = handles.keep(Tensors.zeros(device, trained));
                    buffer.fill_(new Scalar(spec.optimizer().initial(slot)));
                    slots.put(slot, buffer);
                }
            }
            for (Entry entry : all()) {
                bind(entry);
                write(entry, entry.value, Initializers.values(entry.parameter, spec.seed()));
            }
        } catch (RuntimeException | Error e) {
            handles.close();
            throw e;
        }
    }

    /** Gives what is trained its place; returns where it ends. */
    private long place(List<Entry> sorted) {
        long at = 0;
        for (int i = 0; i < sorted.size(); ) {
            Entry first = sorted.get(i);
            long start = at;
            for (; i < sorted.size() && alike(sorted.get(i), first); i++) {
                sorted.get(i).offset = at;
                at = aligned(sorted.get(i).end());
            }
            runs.add(new Run(start, at - start, first.rate, first.isWeights()));
        }
        return at;
    }

    private static boolean alike(Entry one, Entry other) {
        return one.rate == other.rate && one.isWeights() == other.isWeights();
    }

    private static long aligned(long count) {
        return (count + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private void bind(Entry entry) {
        entry.value = handles.keep(view(values, entry));
        if (!entry.trained) {
            return;
        }
        entry.gradient = handles.keep(view(gradients, entry));
        slots.forEach((name, buffer) -> entry.slots.put(name, handles.keep(view(buffer, entry))));
        entry.value.set_requires_grad(true);
        // Autograd adds to a gradient that is there in place.
        entry.value.mutable_grad().put(entry.gradient);
    }

    /** A parameter in its canonical dimensions; with channels last, kernels lie in that order too. */
    private Tensor view(Tensor buffer, Entry entry) {
        Tensor flat = buffer.narrow(0, entry.offset, entry.parameter.size());
        long[] shape = entry.parameter.dimensions().stream()
                .mapToLong(Integer::longValue)
                .toArray();
        return channelsLast && shape.length == 4
                ? flat.view(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2)
                : flat.view(shape);
    }

    public Tensor values() {
        return values;
    }

    /** Float32 on the device that the parameters are on. */
    public TensorOptions options() {
        return Tensors.options(device, ScalarType.Float);
    }

    /** Of all that is trained. */
    public Tensor gradients() {
        return gradients;
    }

    /**
     * The memory of {@link #gradients()}.
     *
     * @param name what the user calls the device
     */
    public NativeFloats nativeGradients(String name) {
        if (device.is_cpu()) {
            return NativeFloats.ofHost(hostGradients);
        }
        Cuda.waitFor(device).run();
        return NativeFloats.ofDevice(name, gradients.data_ptr().address(), gradients.numel());
    }

    /** What lies where in {@link #gradients()}. */
    public String gradientLayout() {
        return trained().stream()
                .map(entry -> entry.parameter.name() + " " + entry.parameter.dimensions() + " from " + entry.offset)
                .collect(Collectors.joining(", ", channelsLast ? "channels last: " : "", ""));
    }

    /** Where the gradients of a layer end in {@link #gradients()}, with the gap behind them; 0 if nothing of it is trained. */
    public long gradientEnd(String layer) {
        return trained().stream()
                .filter(entry -> entry.parameter.layer().equals(layer))
                .mapToLong(entry -> aligned(entry.end()))
                .max()
                .orElse(0);
    }

    public Tensor slots(String name) {
        return slots.get(name);
    }

    public List<Run> runs() {
        return runs;
    }

    /** Takes values in the canonical layout. */
    public void write(Entry entry, Tensor to, float[] from) {
        long[] shape = entry.parameter.dimensions().stream()
                .mapToLong(Integer::longValue)
                .toArray();
        // The data alone, so that autograd does not object to a change of what it differentiates by.
        to.detach().copy_(Tensors.of(from, shape));
    }

    public long bytes() {
        return values.nbytes()
                + gradients.nbytes()
                + slots.values().stream().mapToLong(Tensor::nbytes).sum();
    }

    @Override
    public void close() {
        handles.close();
    }
}
