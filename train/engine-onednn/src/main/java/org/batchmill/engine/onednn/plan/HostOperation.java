package org.batchmill.engine.onednn.plan;

import java.nio.FloatBuffer;
import java.util.List;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.train.host.plan.Buffer;

/** An operation of our own, in Java, on plain float32 memory. */
public final class HostOperation extends LayerOperation {

    /** What is done. */
    public interface Work {
        void run(FloatBuffer[] in, FloatBuffer[] out, Step step);
    }

    private final List<Tensor> inputs;
    private final List<Tensor> outputs;
    private final Work work;
    private final FloatBuffer[] in;
    private final FloatBuffer[] out;

    /** @param onlyForNewParameters see {@link LayerOperation} */
    HostOperation(
            String layer,
            Pass pass,
            String description,
            boolean onlyForNewParameters,
            List<Tensor> inputs,
            List<Tensor> outputs,
            Work work) {
        super(layer, pass, description, onlyForNewParameters);
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.work = work;
        this.in = new FloatBuffer[inputs.size()];
        this.out = new FloatBuffer[outputs.size()];
    }

    @Override
    public void bind(long arena) {
        look(inputs, arena, in);
        look(outputs, arena, out);
    }

    private static void look(List<Tensor> tensors, long arena, FloatBuffer[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = tensors.get(i).floats(arena);
        }
    }

    @Override
    protected void execute(Step step) {
        work.run(in, out, step);
    }

    @Override
    public List<Buffer> reads() {
        return inputs.stream().map(tensor -> tensor.buffer).toList();
    }

    @Override
    public List<Buffer> writes() {
        return outputs.stream().map(tensor -> tensor.buffer).toList();
    }
}
