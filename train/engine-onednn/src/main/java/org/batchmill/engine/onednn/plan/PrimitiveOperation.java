package org.batchmill.engine.onednn.plan;

import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;

import java.util.List;
import org.batchmill.engine.onednn.memory.Address;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.train.host.Handles;
import org.batchmill.train.host.plan.Buffer;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.javacpp.Pointer;

/** A oneDNN primitive with its arguments, made once. */
final class PrimitiveOperation extends LayerOperation {

    /** An argument: the memory object, and the tensor that tells where it lies. */
    record Argument(int index, memory object, Tensor tensor) {}

    private final List<Argument> arguments;
    private final List<Buffer> reads;
    private final List<Buffer> writes;
    private final int count;
    // The objects that the C interface takes, looked up once: a call makes no garbage.
    private final dnnl_primitive handle;
    private final dnnl_stream stream;
    private final dnnl_exec_arg_t list;

    /**
     * @param arguments            kept alive by their owner
     * @param onlyForNewParameters see {@link LayerOperation}
     */
    PrimitiveOperation(
            String layer,
            Pass pass,
            String description,
            primitive compiled,
            List<Argument> arguments,
            List<Buffer> reads,
            List<Buffer> writes,
            boolean onlyForNewParameters,
            Handles<Pointer> handles) {
        super(layer, pass, description, onlyForNewParameters);
        this.arguments = List.copyOf(arguments);
        this.reads = List.copyOf(reads);
        this.writes = List.copyOf(writes);
        this.count = arguments.size();
        this.handle = handles.keep(compiled.get());
        this.stream = handles.keep(Natives.stream().get());
        this.list = handles.keep(new dnnl_exec_arg_t(count));
        for (int i = 0; i < count; i++) {
            Argument argument = arguments.get(i);
            list.position(i).arg(argument.index());
            list.memory(argument.object().get());
        }
        list.position(0);
    }

    @Override
    public void bind(long arena) {
        for (Argument argument : arguments) {
            argument.object().set_data_handle(new Address(argument.tensor().address(arena)));
        }
    }

    @Override
    protected void execute(Step step) {
        int status = dnnl_primitive_execute(handle, stream, count, list);
        if (status != 0) {
            throw new IllegalStateException(
                    "oneDNN failed with status " + status + " in " + layer() + ": " + describe());
        }
    }

    @Override
    public List<Buffer> reads() {
        return reads;
    }

    @Override
    public List<Buffer> writes() {
        return writes;
    }
}
