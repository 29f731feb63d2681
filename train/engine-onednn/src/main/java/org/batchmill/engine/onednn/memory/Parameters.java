package org.batchmill.engine.onednn.memory;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.host.Handles;
import org.batchmill.train.host.ParameterEntry;
import org.batchmill.train.host.ParameterTable;
import org.batchmill.train.host.plan.Buffer;
import org.batchmill.train.host.plan.PlanBuilder;
import org.batchmill.train.network.Initializers;
import org.batchmill.train.network.Parameter;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * The parameters of a program, their accumulated gradients and their optimizer slots, and what is derived from them. Each lies in the
 * layout that the first plan's primitives chose for it; values cross the border in the canonical layout. The padding of blocked layouts is
 * 0 and stays so: every update rule leaves a 0 with gradient 0 as it is.
 */
public final class Parameters extends ParameterTable<Tensor, Parameters.Entry> implements AutoCloseable {

    /** An entry whose arrays lie in a layout that the first plan chooses. */
    public static final class Entry extends ParameterEntry<Tensor> {
        private memory.desc canonical;
        private final List<Tensor> derived = new ArrayList<>();

        private Entry(Parameter parameter, ProgramSpec spec) {
            super(parameter, spec);
        }
    }

    /** Bytes: a line of the cache, and what the widest instructions like. */
    private static final long ALIGNMENT = 64;

    private static final FloatBuffer NONE =
            ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder()).asFloatBuffer();

    private final ProgramSpec spec;
    private final Handles<Pointer> handles = Natives.handles();
    private FloatBuffer gradients = NONE;

    private long bytes;

    public Parameters(ProgramSpec spec) {
        super(spec, Entry::new);
        this.spec = spec;
    }

    public boolean trained(String name) {
        return get(name).trained;
    }

    /**
     * A parameter, in the layout that it has.
     *
     * @param canonical its canonical layout; the dimensions are the operation's own
     * @param preferred the layout that it gets if this is the first that asks for it
     */
    public Entry laidOut(String name, memory.desc canonical, memory.desc preferred) {
        Entry entry = get(name);
        if (entry.value == null) {
            entry.canonical = handles.keep(new memory.desc(canonical));
            memory.desc layout = handles.keep(new memory.desc(preferred));
            entry.value = allocate(name, layout);
            write(entry, entry.value, Initializers.values(entry.parameter, spec.seed()));
            if (entry.trained) {
                entry.gradient = Tensor.unplaced(
                        PlanBuilder.apart(name + " gradient", Layout.text(layout), layout.get_size()), layout);
                for (String slot : spec.optimizer().slots()) {
                    Tensor values = allocate(name + " " + slot, layout);
                    fill(values, spec.optimizer().initial(slot));
                    entry.slots.put(slot, values);
                }
            }
        }
        return entry;
    }

    /** Memory for what plans derive from a parameter and keep from step to step: one for all of them, since they derive the same. */
    public Tensor derived(Entry entry, String what, memory.desc layout) {
        String name = entry.parameter.name() + " " + what;
        for (Tensor known : entry.derived) {
            if (known.buffer.name().equals(name) && known.layout.equals(layout)) {
                return known;
            }
        }
        Tensor tensor = allocate(name, handles.keep(new memory.desc(layout)));
        entry.derived.add(tensor);
        return tensor;
    }

    /** {@link #laidOut} of a parameter for each channel. */
    public Entry perChannel(String name) {
        memory.desc layout = Layout.plain(get(name).parameter.size());
        return laidOut(name, layout, layout);
    }

    private Tensor allocate(String name, memory.desc layout) {
        Tensor tensor = Tensor.apart(
                PlanBuilder.apart(name, Layout.text(layout), layout.get_size()), layout, addressOf(layout));
        fill(tensor, 0);
        return tensor;
    }

    private long addressOf(memory.desc layout) {
        memory object = handles.keep(new memory(layout, Natives.cpu()));
        bytes += layout.get_size();
        try (Pointer start = object.get_data_handle()) {
            return start.address();
        }
    }

    /**
     * Gives the gradients their places in one block, one behind the other. Called when the first plan is compiled, which knows all
     * layouts, and before it is bound.
     */
    public void placeGradients() {
        List<Entry> trained = trained();
        if (gradients.capacity() > 0 || trained.isEmpty()) {
            return;
        }
        long size = 0;
        for (Entry entry : trained) {
            size += aligned(entry.gradient.buffer.bytes());
        }
        long start = addressOf(handles.keep(Layout.bytes(size)));
        gradients = Address.floats(start, size);
        clearGradients();
        for (Entry entry : trained) {
            entry.gradient.place(start);
            start += aligned(entry.gradient.buffer.bytes());
        }
    }

    private static long aligned(long size) {
        return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Where the gradient of each trained parameter ends in {@link #gradients()}, in floats, with the gap behind it. */
    public IdentityHashMap<Buffer, Long> gradientPlaces() {
        IdentityHashMap<Buffer, Long> places = new IdentityHashMap<>();
        long end = 0;
        for (Entry entry : trained()) {
            end += aligned(entry.gradient.buffer.bytes()) / Float.BYTES;
            places.put(entry.gradient.buffer, end);
        }
        return places;
    }

    /** The block of all gradients, with gaps of zeros; empty if nothing is trained. */
    public FloatBuffer gradients() {
        return gradients;
    }

    public void clearGradients() {
        for (int i = 0; i < gradients.capacity(); i++) {
            gradients.put(i, 0);
        }
    }

    /** What lies where in {@link #gradients()}. */
    public String gradientLayout() {
        return trained().stream()
                .map(entry -> entry.parameter.name() + " " + Layout.text(entry.gradient.layout))
                .collect(Collectors.joining(", "));
    }

    private static void fill(Tensor tensor, float value) {
        FloatBuffer floats = floats(tensor);
        for (int i = 0; i < floats.capacity(); i++) {
            floats.put(i, value);
        }
    }

    public static FloatBuffer floats(Tensor tensor) {
        return Address.floats(tensor.address(), tensor.buffer.bytes());
    }

    /** A copy in the canonical layout. */
    @SuppressWarnings("try")
    public float[] read(Entry entry, Tensor tensor) {
        float[] values = new float[entry.parameter.size()];
        if (tensor.layout.equals(entry.canonical)) {
            floats(tensor).get(0, values);
            return values;
        }
        try (PointerScope scope = new PointerScope()) {
            memory canonical = new memory(entry.canonical, Natives.cpu());
            convert(existing(tensor), canonical);
            floats(canonical).get(0, values);
            return values;
        }
    }

    /** Takes values in the canonical layout. */
    @SuppressWarnings("try")
    public void write(Entry entry, Tensor tensor, float[] values) {
        if (tensor.layout.equals(entry.canonical)) {
            floats(tensor).put(0, values);
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            memory canonical = new memory(entry.canonical, Natives.cpu());
            floats(canonical).put(0, values);
            convert(canonical, existing(tensor));
        }
    }

    private static memory existing(Tensor tensor) {
        return new memory(tensor.layout, Natives.cpu(), new Address(tensor.address()));
    }

    private static FloatBuffer floats(memory object) {
        return Address.floats(
                object.get_data_handle().address(), object.get_desc().get_size());
    }

    private static void convert(memory from, memory to) {
        IntMemoryMap arguments = new IntMemoryMap();
        arguments.put(DNNL_ARG_FROM, from);
        arguments.put(DNNL_ARG_TO, to);
        new reorder(from, to).execute(Natives.stream(), arguments);
        Natives.stream()._wait();
    }

    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        handles.close();
    }
}
