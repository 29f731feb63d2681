package org.batchmill.engine.onednn;

import java.nio.FloatBuffer;
import java.util.List;
import org.batchmill.train.plan.Buffer;

/** An operation of our own, in Java, on plain float32 memory. */
final class HostOperation implements StepOperation {

    /** What is done. */
    interface Work {
        void run(FloatBuffer[] in, FloatBuffer[] out, Step step);
    }

    private final String layer;
    private final Pass pass;
    private final String description;
    private final List<Tensor> inputs;
    private final List<Tensor> outputs;
    private final Work work;
    private final FloatBuffer[] in;
    private final FloatBuffer[] out;

    HostOperation(String layer, Pass pass, String description, List<Tensor> inputs, List<Tensor> outputs, Work work) {
        this.layer = layer;
        this.pass = pass;
        this.description = description;
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
            Tensor tensor = tensors.get(i);
            into[i] = Address.floats(tensor.address(arena), tensor.buffer.bytes());
        }
    }

    @Override
    public void run(Step step) {
        work.run(in, out, step);
    }

    @Override
    public String layer() {
        return layer;
    }

    @Override
    public Pass pass() {
        return pass;
    }

    @Override
    public String describe() {
        return description;
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
