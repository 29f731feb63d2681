package org.batchmill.engine.onednn.layer;

import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_unidirectional_left2right;

import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.train.network.Layer.Lstm;
import org.bytedeco.dnnl.lstm_backward;
import org.bytedeco.dnnl.lstm_forward;
import org.bytedeco.dnnl.memory;

/** An LSTM: oneDNN's. */
public final class LongShortTermMemory extends Recurrent {

    private static final int GATES = 4;

    public LongShortTermMemory(Compilation compilation, Lstm layer, long rows, long steps, long features) {
        super(
                compilation,
                "lstm",
                layer.name(),
                new Geometry(rows, steps, features, layer.units(), GATES, layer.sequences()));
    }

    @Override
    boolean hasCells() {
        return true;
    }

    @Override
    public Forward forward() {
        lstm_forward.primitive_desc its = new lstm_forward.primitive_desc(
                Natives.cpu(),
                compilation.propagation(),
                dnnl_unidirectional_left2right,
                framesLayout,
                state,
                state,
                weightsLayout,
                recurrentLayout,
                biasesLayout,
                outputsLayout,
                Layout.none(),
                Layout.none(),
                Assembler.attributes(),
                false);
        return Forward.of(its, new lstm_forward(its));
    }

    @Override
    Backward backward(Forward forward, memory.desc outputs) {
        lstm_backward.primitive_desc its = new lstm_backward.primitive_desc(
                Natives.cpu(),
                dnnl_backward,
                dnnl_unidirectional_left2right,
                framesLayout,
                state,
                state,
                weightsLayout,
                recurrentLayout,
                biasesLayout,
                outputs,
                Layout.none(),
                Layout.none(),
                framesLayout,
                state,
                state,
                weightsLayout,
                recurrentLayout,
                biasesLayout,
                outputsLayout,
                Layout.none(),
                Layout.none(),
                (lstm_forward.primitive_desc) forward.description(),
                Assembler.attributes(),
                false);
        return Backward.of(its, new lstm_backward(its));
    }
}
