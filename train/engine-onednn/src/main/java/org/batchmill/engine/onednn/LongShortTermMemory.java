package org.batchmill.engine.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_unidirectional_left2right;

import org.batchmill.train.network.Layer.Lstm;
import org.bytedeco.dnnl.lstm_backward;
import org.bytedeco.dnnl.lstm_forward;
import org.bytedeco.dnnl.memory;

/** An LSTM: oneDNN's. */
final class LongShortTermMemory extends Recurrent {

    private static final int GATES = 4;

    LongShortTermMemory(Compilation compilation, Lstm layer, long rows, long steps, long features) {
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
    Forward forward() {
        lstm_forward.primitive_desc its = new lstm_forward.primitive_desc(
                Native.cpu(),
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
        return new Forward(
                its,
                new lstm_forward(its),
                its.src_layer_desc(),
                its.weights_layer_desc(),
                its.weights_iter_desc(),
                its.dst_layer_desc(),
                its.workspace_desc());
    }

    @Override
    Backward backward(Forward forward, memory.desc outputs) {
        lstm_backward.primitive_desc its = new lstm_backward.primitive_desc(
                Native.cpu(),
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
        return new Backward(
                its,
                new lstm_backward(its),
                its.src_layer_desc(),
                its.weights_layer_desc(),
                its.weights_iter_desc(),
                its.diff_dst_layer_desc(),
                its.diff_src_layer_desc(),
                its.diff_weights_layer_desc(),
                its.diff_weights_iter_desc(),
                its.diff_bias_desc());
    }
}
