package org.batchmill.engine.onednn.plan;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.train.host.plan.Buffer;
import org.batchmill.train.host.plan.Operation.Pass;

/**
 * The derivatives of the operations of a forward pass: recorded with them, and assembled in reverse order behind them. A gradient may
 * lie in any layout: whoever takes it converts it.
 */
public final class Tape {

    private record Entry(String layer, Tensor output, Consumer<Tensor> derivative) {}

    private final Assembler assembler;
    private final List<Entry> entries = new ArrayList<>();
    private final IdentityHashMap<Tensor, Tensor> gradients = new IdentityHashMap<>();
    /** Gradients that belong to several tensors at once, and so may not be changed in place. */
    private final Set<Buffer> shared = new HashSet<>();

    Tape(Assembler assembler) {
        this.assembler = assembler;
    }

    /** Records how an output's gradient goes on. Outputs that no trained parameter has a part in are not recorded. */
    public void record(Tensor output, Consumer<Tensor> derivative) {
        if (output.differentiable) {
            entries.add(new Entry(assembler.layer(), output, derivative));
        }
    }

    /** Adds to the gradient of a tensor; nothing is done for one that is not differentiable. */
    public void add(Tensor of, Tensor gradient) {
        if (!of.differentiable) {
            return;
        }
        Tensor before = gradients.get(of);
        if (before == null) {
            gradients.put(of, gradient);
            return;
        }
        Tensor same = assembler.in(before.layout, gradient);
        Tensor sum = mayChange(before) ? before : assembler.tensor("gradient sum", before.layout);
        assembler.binary("sum of gradients", dnnl_binary_add, before, same, sum);
        gradients.put(of, sum);
    }

    /** Hands one gradient to several tensors. */
    public void share(Tensor gradient) {
        shared.add(gradient.buffer);
    }

    /** Whether a gradient may be overwritten by what is computed from it. */
    public boolean mayChange(Tensor gradient) {
        return !shared.contains(gradient.buffer);
    }

    /** Assembles the backward pass from the gradients that were {@link #add}ed to the last outputs. */
    public void assemble() {
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            Tensor gradient = gradients.remove(entry.output());
            if (gradient != null) {
                assembler.at(entry.layer(), Pass.BACKWARD);
                entry.derivative().accept(gradient);
            }
        }
    }
}
