package org.batchmill.engine.onednn.layer;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;

import org.batchmill.engine.onednn.memory.Address;
import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.winograd.Winograd;
import org.batchmill.train.host.Handles;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;

/**
 * The products of all positions of some tiles: a batch of 36 small matrix products, as one primitive that a single thread runs, beside
 * others that do the same on their own memory. Makes no garbage.
 */
final class TileProduct {

    private static final int[] ARGUMENTS = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_SCRATCHPAD};

    /** Memory objects and arguments of one thread. */
    private static final class Call {
        final memory[] objects = new memory[ARGUMENTS.length];
        final Address address = new Address(0);
        final dnnl_stream order;
        final dnnl_exec_arg_t list;

        Call(Handles<Pointer> handles, memory.desc... layouts) {
            order = handles.keep(handles.keep(new stream(Natives.cpu())).get());
            list = handles.keep(new dnnl_exec_arg_t(ARGUMENTS.length));
            for (int i = 0; i < ARGUMENTS.length; i++) {
                objects[i] = handles.keep(new memory(layouts[i], Natives.cpu(), (Pointer) null));
                list.position(i).arg(ARGUMENTS[i]);
                list.memory(objects[i].get());
            }
            list.position(0);
        }
    }

    private final dnnl_primitive handle;
    private final Call[] calls;
    private final long scratchBytes;
    private final String implementation;

    /**
     * @param left    [36][m][k], as {@code right} [36][k][n] and {@code result} [36][m][n] with strides of their own
     * @param workers threads that will run it
     */
    TileProduct(Handles<Pointer> handles, memory.desc left, memory.desc right, memory.desc result, int workers) {
        // Primitives are cut for the threads that oneDNN sees when they are made.
        Natives.setThreads(1);
        matmul.primitive_desc description =
                new matmul.primitive_desc(Natives.cpu(), left, right, result, Assembler.attributes(), false);
        handle = handles.keep(handles.keep(new matmul(description)).get());
        Natives.setThreads(workers);
        memory.desc scratch = description.scratchpad_desc();
        scratchBytes = scratch.get_size();
        implementation = description.impl_info_str().getString();
        calls = new Call[workers];
        for (int i = 0; i < workers; i++) {
            calls[i] = new Call(handles, left, right, result, scratch);
        }
    }

    /** [36][rows][columns] floats with strides. */
    static memory.desc layout(long rows, long columns, long positionStride, long rowStride, long columnStride) {
        return Layout.strided(Layout.FLOAT32, new long[] {Winograd.POSITIONS, rows, columns}, new long[] {
            positionStride, rowStride, columnStride
        });
    }

    /** What a thread needs beside the matrices. */
    long scratchBytes() {
        return scratchBytes;
    }

    String implementation() {
        return implementation;
    }

    /** Runs it on the calling thread, whose primitives from now on run on one thread. The arguments are addresses. */
    void run(int worker, long left, long right, long result, long scratch) {
        Natives.setThreads(1);
        Call call = calls[worker];
        call.objects[0].set_data_handle(call.address.to(left));
        call.objects[1].set_data_handle(call.address.to(right));
        call.objects[2].set_data_handle(call.address.to(result));
        call.objects[3].set_data_handle(call.address.to(scratch));
        int status = dnnl_primitive_execute(handle, call.order, ARGUMENTS.length, call.list);
        if (status != 0) {
            throw new IllegalStateException("oneDNN failed with status " + status + " in a product of tiles");
        }
    }
}
