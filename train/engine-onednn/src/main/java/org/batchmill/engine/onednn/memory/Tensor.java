package org.batchmill.engine.onednn.memory;

import java.nio.FloatBuffer;
import org.batchmill.train.host.plan.Buffer;
import org.bytedeco.dnnl.memory;

/** Values in a buffer, in some layout. Several tensors may look at one buffer. Used while a plan is compiled. */
public final class Tensor {

    /** Of tensors in the arena, whose place is known only when the plan is bound. */
    private static final long IN_ARENA = 0;

    private static final long NOWHERE = 0;

    public final Buffer buffer;
    public final memory.desc layout;
    /** Of memory apart from the arena. */
    private long address;
    /** Whether a parameter that is trained has a part in these values, so that their gradient is asked for. */
    public boolean differentiable;
    /** Whether the operation that made it does not need it again, and nobody but the next one reads it. */
    public boolean overwritable;

    private Tensor(Buffer buffer, memory.desc layout, long address) {
        this.buffer = buffer;
        this.layout = layout;
        this.address = address;
    }

    public static Tensor inArena(Buffer buffer, memory.desc layout) {
        return new Tensor(buffer, layout, IN_ARENA);
    }

    public static Tensor apart(Buffer buffer, memory.desc layout, long address) {
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
    public long address() {
        return address;
    }

    /** The same memory, described in another way. */
    public Tensor as(memory.desc other) {
        Tensor view = new Tensor(buffer, other, address);
        view.differentiable = differentiable;
        return view;
    }

    public long[] dimensions() {
        return Layout.dimensions(layout);
    }

    public long rows() {
        return dimensions()[0];
    }

    /** Its memory when the arena starts at an address, padding included. */
    public FloatBuffer floats(long arena) {
        return Address.floats(address(arena), buffer.bytes());
    }

    /** Where it lies when the arena starts at an address. */
    public long address(long arena) {
        return buffer.isInArena() ? arena + buffer.offset() : address;
    }
}
