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
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The parameters of a program, their gradients and their optimizer slots, each kind in one buffer on the device, of which a parameter is
 * a view: an update, a norm and a sum over machines are a few operations. On a CPU that costs the gradients of large parameters passes over their memory, so these lie where autograd left
 * them until somebody asks for the buffer.
 *
 * <p>What is trained lies in front, by its learning-rate multiplier, and of each multiplier what decays behind the rest: the weights. So
 * the buffers of gradients and slots are as long as that part.
 */
public final class Parameters extends ParameterTable<Tensor, Parameters.Entry> implements AutoCloseable {

    /** Values. A parameter begins where vector instructions like to begin; the gap behind one holds zeros. */
    private static final int ALIGNMENT = 16;
    /** Values from which on a gradient costs more by being added to one that is there than by calls of its own. */
    private static final int LARGE = 1 << 18;

    /** An entry whose arrays are views of the buffers. */
    public static final class Entry extends ParameterEntry<Tensor> {
        /** First of its values in the buffer. */
        private long offset;
        /** Whether autograd adds to the view of the buffer; else it hands over a tensor of its own. */
        private boolean adds = true;

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
     * @param large   the only one of them, whose gradient may be handed over; null for any number of others
     */
    public record Run(long offset, long length, float rate, boolean weights, Entry large) {}

    private final Device device;
    private final boolean channelsLast;
    private final Handles<Pointer> handles = Natives.handles();
    private final List<Run> runs = new ArrayList<>();
    private final Tensor values;
    private final Tensor gradients;
    /** What of the gradients is no large parameter's. */
    private final List<Tensor> small = new ArrayList<>();

    private final List<Entry> large;
    /** The gradients where Java can reach them; else null. */
    private final FloatBuffer hostGradients;

    private final Map<String, Tensor> slots = new LinkedHashMap<>();

    public Parameters(ProgramSpec spec, Device device, boolean channelsLast) {
        super(spec, Entry::new);
        this.device = device;
        this.channelsLast = channelsLast;
        // On a GPU memory is fast, and calls are what a step waits for.
        this.large = trained().stream()
                .filter(entry -> device.is_cpu() && entry.parameter.size() >= LARGE)
                .toList();
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
            // What is handed over needs no memory here until it is asked for.
            gradients = handles.keep(torch.empty(new long[] {trained}, options(), new MemoryFormatOptional()));
            clearSmall(trained);
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
            do {
                sorted.get(i).offset = at;
                at = aligned(sorted.get(i).end());
                i++;
            } while (i < sorted.size() && alike(sorted.get(i), first));
            runs.add(
                    large.contains(first)
                            ? new Run(start, first.parameter.size(), first.rate, first.isWeights(), first)
                            : new Run(start, at - start, first.rate, first.isWeights(), null));
        }
        return at;
    }

    private boolean alike(Entry one, Entry other) {
        return one.rate == other.rate
                && one.isWeights() == other.isWeights()
                && !large.contains(one)
                && !large.contains(other);
    }

    /** Finds what lies before, between and behind the large ones, gaps among it, and sets it to 0. */
    private void clearSmall(long end) {
        long from = 0;
        for (Run run : runs) {
            if (run.large != null) {
                keepSmall(from, run.offset);
                from = run.large.end();
            }
        }
        keepSmall(from, end);
        small.forEach(Tensor::zero_);
    }

    private void keepSmall(long from, long end) {
        if (from < end) {
            small.add(handles.keep(gradients.narrow(0, from, end - from)));
        }
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
        add(entry);
    }

    /** Lets autograd add to the view, since it adds to a gradient that is there in place. */
    private static void add(Entry entry) {
        entry.value.mutable_grad().put(entry.gradient);
        entry.adds = true;
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

    /**
     * Makes all gradients 0 before the first pass of a step. Those of large parameters are nowhere then, and autograd hands over its own:
     * adding them up would be four more passes over that memory.
     */
    public void startGradients() {
        small.forEach(Tensor::zero_);
        for (Entry entry : large) {
            entry.value.mutable_grad().put(Constants.NOTHING);
            entry.adds = false;
        }
    }

    /** Makes all gradients 0 in the one buffer. */
    public void clearGradients() {
        gradients.zero_();
        large.forEach(Parameters::add);
    }

    /** Of all that is trained, in one buffer; to it further passes of the step add. */
    public Tensor gradients() {
        large.forEach(this::gather);
        return gradients;
    }

    private void gather(Entry entry) {
        if (!entry.adds) {
            Tensor its = entry.value.grad();
            if (its.defined()) {
                entry.gradient.copy_(its);
            } else {
                entry.gradient.zero_();
            }
            add(entry);
        }
    }

    /** What autograd handed over for a large parameter, in one dimension; null if its gradient is in the buffer. */
    public Tensor handedOver(Entry entry) {
        if (entry.adds) {
            return null;
        }
        Tensor its = entry.value.grad();
        if (!its.defined()) {
            gather(entry);
            return null;
        }
        // In memory it lies as the parameter does: autograd sees to that.
        return its.as_strided(new long[] {its.numel()}, 1);
    }

    /**
     * The memory of {@link #gradients()}.
     *
     * @param name what the user calls the device
     */
    public NativeFloats nativeGradients(String name) {
        Tensor gradients = gradients();
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
