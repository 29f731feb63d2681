package org.batchmill.engine.onednn.plan;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Parameters;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.winograd.TileMemory;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.host.Handles;
import org.batchmill.train.host.Purpose;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/** What the layers of one plan have in common while it is compiled. */
public final class Compilation {

    public final ProgramSpec spec;
    public final Parameters parameters;
    public final Purpose purpose;
    public final Assembler assembler;
    public final Tape tape;
    /** The type of activations and their gradients. */
    public final memory.data_type type;
    /** Threads of the host operations, each with memory of its own. */
    public final int workers;
    /** Of the CPU. */
    public final WinogradCosts costs;

    /** Whether images lie with their channels side by side, else as each primitive likes best. */
    public boolean channelsLast;

    private final TileMemory[] tileMemory;
    /** What {@link #convert} made of each tensor. */
    private final IdentityHashMap<Tensor, List<Tensor>> conversions = new IdentityHashMap<>();

    public Compilation(
            ProgramSpec spec,
            Parameters parameters,
            Purpose purpose,
            int workers,
            WinogradCosts costs,
            Handles<Pointer> handles) {
        this.spec = spec;
        this.parameters = parameters;
        this.purpose = purpose;
        this.workers = workers;
        this.costs = costs;
        this.tileMemory = new TileMemory[workers];
        Arrays.setAll(tileMemory, i -> new TileMemory());
        this.assembler = new Assembler(handles);
        this.tape = new Tape(assembler);
        this.type = spec.execution().precision() == ProgramSpec.Precision.BFLOAT16 ? Layout.BFLOAT16 : Layout.FLOAT32;
    }

    public int propagation() {
        return purpose.training() ? dnnl_forward_training : dnnl_forward_inference;
    }

    /** Whether the parameter gets a gradient in this plan. */
    public boolean trained(String parameter) {
        return purpose.training() && parameters.trained(parameter);
    }

    /** Each worker's memory for tiles, with room for runs of so many floats. */
    public TileMemory[] tileMemory(int run) {
        for (TileMemory memory : tileMemory) {
            memory.grow(run);
        }
        return tileMemory;
    }

    /**
     * Converts on the way forward, once for all who want a layout of a tensor; the gradient, the sum of theirs, goes back in whatever layout it
     * comes.
     */
    public Tensor convert(Tensor from, memory.desc layout) {
        List<Tensor> known = conversions.computeIfAbsent(from, any -> new ArrayList<>());
        for (Tensor to : known) {
            if (to.layout.equals(layout)) {
                return to;
            }
        }
        Tensor to = assembler.in(layout, from);
        if (to != from) {
            known.add(to);
            tape.record(to, gradient -> tape.add(from, gradient));
        }
        return to;
    }

    /** The same values in canonical order, with other dimensions. */
    public Tensor reshaped(Tensor from, long... dimensions) {
        if (Arrays.equals(from.dimensions(), dimensions)) {
            return from;
        }
        Tensor plain = convert(from, Layout.isPlain(from.layout) ? from.layout : plainOf(from));
        Tensor to = plain.as(Layout.plain(Layout.type(plain.layout), dimensions));
        tape.record(to, gradient -> {
            Tensor back = Layout.isPlain(gradient.layout) ? gradient : assembler.in(plainOf(gradient), gradient);
            tape.add(plain, back.as(Layout.plain(Layout.type(back.layout), from.dimensions())));
        });
        return to;
    }

    private static memory.desc plainOf(Tensor tensor) {
        return Layout.plain(Layout.type(tensor.layout), tensor.dimensions());
    }

    /** A parameter's values as an operation wants them. */
    public Tensor weights(Parameters.Entry entry, memory.desc wanted) {
        Tensor value = entry.value;
        if (value.layout.equals(wanted)) {
            return value;
        }
        Tensor converted = derived(entry, "converted", wanted);
        assembler.reorder(value, converted, keepsDerived());
        return converted;
    }

    /** Whether what is derived from parameters is kept from step to step, and derived again only when they have changed. */
    public boolean keepsDerived() {
        return !purpose.training();
    }

    /** Where what is derived from a parameter goes. */
    public Tensor derived(Parameters.Entry entry, String what, memory.desc layout) {
        return keepsDerived() ? parameters.derived(entry, what, layout) : assembler.tensor(what, layout);
    }

    /**
     * Where an operation writes a parameter's gradient.
     *
     * @param layout as the operation writes it
     */
    public Tensor gradientTarget(Parameters.Entry entry, memory.desc layout) {
        return purpose == Purpose.TRAIN && entry.gradient.layout.equals(layout)
                ? entry.gradient
                : assembler.tensor("gradient of " + entry.parameter.name(), layout);
    }

    /** Brings what was written to a {@link #gradientTarget} to its place. */
    public void gradientWritten(Parameters.Entry entry, Tensor written) {
        if (written == entry.gradient) {
            return;
        }
        if (purpose == Purpose.TRAIN) {
            assembler.reorder(written, entry.gradient, false);
        } else {
            Tensor part = assembler.in(entry.gradient.layout, written);
            assembler.binary("accumulate", dnnl_binary_add, entry.gradient, part, entry.gradient);
        }
    }
}
