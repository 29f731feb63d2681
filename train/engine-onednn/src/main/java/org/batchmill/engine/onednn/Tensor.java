package org.batchmill.engine.onednn;

import java.nio.FloatBuffer;
import org.batchmill.train.host.plan.Buffer;
import org.bytedeco.dnnl.memory;

/** Values in a buffer, in some layout. Several tensors may look at one buffer. Used while a plan is compiled. */
final class Tensor {

    /** Of tensors in the arena, whose place is known only when the plan is bound. */
    private static final long IN_ARENA = 0;

    private static final long NOWHERE = 0;

    final Buffer buffer;
    final memory.desc layout;
    /** Of memory apart from the arena. */
    private long address;
    /** Whether a parameter that is trained has a part in these values, so that their gradient is asked for. */
    boolean differentiable;
    /** Whether the operation that made it does not need it again, and nobody but the next one reads it. */
    boolean overwritable;

    private Tensor(Buffer buffer, memory.desc layout, long address) {
        this.buffer = buffer;
        this.layout = layout;
        this.address = address;
    }

    static Tensor inArena(Buffer buffer, memory.desc layout) {
        return new Tensor(buffer, layout, IN_ARENA);
    }

    static Tensor apart(Buffer buffer, memory.desc layout, long address) {
        return new Tensor(buffer, layout, address);
    }

    /** Memory apart from the arena whose place is {@linkplain #place said} before the first plan is bound. */
    static Tensor unplaced(Buffer buffer, memory.desc layout) {
        return new Tensor(buffer, layout, NOWHERE);
    }

    void place(long its) {
        address = its;
    }

    /** The address of memory apart from the arena. */
    long address() {
        return address;
    }

    /** The same memory, described in another way. */
    Tensor as(memory.desc other) {
        Tensor view = new Tensor(buffer, other, address);
        view.differentiable = differentiable;
        return view;
    }

    long[] dimensions() {
        return Layout.dimensions(layout);
    }

    long rows() {
        return dimensions()[0];
    }

    /** Its memory when the arena starts at an address, padding included. */
    FloatBuffer floats(long arena) {
        return Address.floats(address(arena), buffer.bytes());
    }

    /** Where it lies when the arena starts at an address. */
    long address(long arena) {
        return buffer.isInArena() ? arena + buffer.offset() : address;
    }
}
