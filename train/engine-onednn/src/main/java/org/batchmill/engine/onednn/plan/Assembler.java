package org.batchmill.engine.onednn.plan;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.dnnl_scratchpad_mode_user;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.engine.onednn.memory.Address;
import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.train.host.Handles;
import org.batchmill.train.host.plan.Buffer;
import org.batchmill.train.host.plan.Operation.Pass;
import org.batchmill.train.host.plan.Plan;
import org.batchmill.train.host.plan.PlanBuilder;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.Pointer;

/** Writes operations into a plan: tensors, primitives with their arguments, and the conversions between layouts. */
public final class Assembler {

    /** What oneDNN asks for, and a cache line. */
    private static final int ALIGNMENT = 64;

    private final Handles<Pointer> handles;
    private final PlanBuilder<StepOperation> plan = new PlanBuilder<>();
    private final List<memory> constants = new ArrayList<>();
    private String layer = "";
    private Pass pass = Pass.FORWARD;
    private long constantBytes;

    /** @param handles owns what the plan's operations need */
    Assembler(Handles<Pointer> handles) {
        this.handles = handles;
    }

    /** The operations that follow belong to this layer. */
    public void at(String name, Pass its) {
        layer = name;
        pass = its;
    }

    public String layer() {
        return layer;
    }

    public Pass pass() {
        return pass;
    }

    public Handles<Pointer> handles() {
        return handles;
    }

    /** An operation of this layer and pass. */
    public void add(StepOperation operation) {
        plan.add(operation);
    }

    /** Memory without a shape. */
    public Tensor bytes(String name, long count) {
        return tensor(name, Layout.bytes(count));
    }

    public Tensor tensor(String name, memory.desc layout) {
        return Tensor.inArena(plan.inArena(layer + " " + name, Layout.text(layout), layout.get_size()), layout);
    }

    /** A tensor that keeps its values from step to step, at first 0. */
    public Tensor constant(String name, memory.desc layout) {
        memory object = handles.keep(new memory(layout, Natives.cpu()));
        constants.add(object);
        constantBytes += layout.get_size();
        try (Pointer start = object.get_data_handle()) {
            Pointer.memset(new Address(start.address()).capacity(layout.get_size()), 0, layout.get_size());
            Buffer buffer = PlanBuilder.apart(layer + " " + name, Layout.text(layout), layout.get_size());
            return Tensor.apart(buffer, layout, start.address());
        }
    }

    /** Bytes of all {@link #constant}s. */
    public long constantBytes() {
        return constantBytes;
    }

    public void keep(Tensor tensor) {
        plan.keep(tensor.buffer);
    }

    /** Attributes with our own scratchpads, so that scratch memory lies in the arena, and these operations fused. */
    public static primitive_attr attributes(post_ops fused) {
        primitive_attr attributes = new primitive_attr();
        attributes.set_scratchpad_mode(dnnl_scratchpad_mode_user);
        if (fused != null) {
            attributes.set_post_ops(fused);
        }
        return attributes;
    }

    public static primitive_attr attributes() {
        return attributes(null);
    }

    /** Starts a call of a primitive. */
    public Call call(String what, primitive_desc_base description, primitive its) {
        return new Call(what, description, its);
    }

    /** A primitive's call while its arguments are collected. */
    public final class Call {
        private final String what;
        private final primitive_desc_base description;
        private final primitive compiled;
        private final List<PrimitiveOperation.Argument> arguments = new ArrayList<>();
        private final List<Buffer> reads = new ArrayList<>();
        private final List<Buffer> writes = new ArrayList<>();
        private boolean onlyForNewParameters;

        private Call(String what, primitive_desc_base description, primitive its) {
            this.what = what;
            this.description = description;
            this.compiled = handles.keep(its);
        }

        public Call read(int argument, Tensor tensor) {
            add(argument, tensor);
            reads.add(tensor.buffer);
            return this;
        }

        public Call write(int argument, Tensor tensor) {
            add(argument, tensor);
            writes.add(tensor.buffer);
            return this;
        }

        /** See {@link LayerOperation}. */
        Call onlyForNewParameters(boolean its) {
            onlyForNewParameters = its;
            return this;
        }

        private void add(int argument, Tensor tensor) {
            memory object = handles.keep(new memory(tensor.layout, Natives.cpu(), (Pointer) null));
            arguments.add(new PrimitiveOperation.Argument(argument, object, tensor));
        }

        public void add() {
            memory.desc scratch = description.scratchpad_desc();
            if (scratch.get_size() > 0) {
                write(DNNL_ARG_SCRATCHPAD, tensor("scratch", scratch));
            }
            String implementation = description.impl_info_str().getString();
            plan.add(new PrimitiveOperation(
                    layer,
                    pass,
                    what + " [" + implementation + "]",
                    compiled,
                    arguments,
                    reads,
                    writes,
                    onlyForNewParameters,
                    handles));
        }
    }

    public void host(String what, List<Tensor> inputs, List<Tensor> outputs, HostOperation.Work work) {
        host(what, false, inputs, outputs, work);
    }

    /** @param onlyForNewParameters see {@link LayerOperation} */
    public void host(
            String what,
            boolean onlyForNewParameters,
            List<Tensor> inputs,
            List<Tensor> outputs,
            HostOperation.Work work) {
        plan.add(new HostOperation(layer, pass, what + " [java]", onlyForNewParameters, inputs, outputs, work));
    }

    /** The values of a tensor in another layout: itself, where it is that already. */
    public Tensor in(memory.desc layout, Tensor from) {
        if (from.layout.equals(layout)) {
            return from;
        }
        Tensor to = tensor(from.buffer.name() + "'", layout);
        reorder(from, to, false);
        to.differentiable = from.differentiable;
        return to;
    }

    /** The values of a tensor in canonical order. */
    public Tensor plain(Tensor from) {
        return Layout.isPlain(from.layout) && Layout.type(from.layout) == Layout.FLOAT32
                ? from
                : in(Layout.plain(from.dimensions()), from);
    }

    /** @param onlyForNewParameters see {@link LayerOperation} */
    public void reorder(Tensor from, Tensor to, boolean onlyForNewParameters) {
        reorder.primitive_desc description =
                new reorder.primitive_desc(Natives.cpu(), from.layout, Natives.cpu(), to.layout, attributes(), false);
        call("reorder", description, new reorder(description))
                .read(DNNL_ARG_FROM, from)
                .write(DNNL_ARG_TO, to)
                .onlyForNewParameters(onlyForNewParameters)
                .add();
    }

    /** An element-wise operation on two tensors of one shape; {@code to} may be one of them, and decides about the layout. */
    public void binary(String what, int algorithm, Tensor x, Tensor y, Tensor to) {
        binary(what, algorithm, x, y, to, null);
    }

    /** @param fused what is applied to the result; null for nothing */
    public void binary(String what, int algorithm, Tensor x, Tensor y, Tensor to, post_ops fused) {
        binary.primitive_desc description = new binary.primitive_desc(
                Natives.cpu(), algorithm, x.layout, y.layout, to.layout, attributes(fused), false);
        call(what, description, new binary(description))
                .read(DNNL_ARG_SRC_0, x)
                .read(DNNL_ARG_SRC_1, y)
                .write(DNNL_ARG_DST, to)
                .add();
    }

    public Plan<StepOperation> build() {
        return plan.build(ALIGNMENT);
    }
}
