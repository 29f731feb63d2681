package org.batchmill.engine.onednn.layer;

import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_unidirectional_left2right;

import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.train.network.Layer.Gru;
import org.bytedeco.dnnl.lbr_gru_backward;
import org.bytedeco.dnnl.lbr_gru_forward;
import org.bytedeco.dnnl.memory;

/** Gated recurrent units: oneDNN's with a linear operation before the reset. */
public final class GatedRecurrence extends Recurrent {

    private static final int GATES = 3;

    public GatedRecurrence(Compilation compilation, Gru layer, long rows, long steps, long features) {
        super(
                compilation,
                "gru",
                layer.name(),
                new Geometry(rows, steps, features, layer.units(), GATES, layer.sequences()));
    }

    @Override
    boolean hasCells() {
        return false;
    }

    @Override
    public Forward forward() {
        lbr_gru_forward.primitive_desc its = new lbr_gru_forward.primitive_desc(
                Natives.cpu(),
                compilation.propagation(),
                dnnl_unidirectional_left2right,
                framesLayout,
                state,
                weightsLayout,
                recurrentLayout,
                biasesLayout,
                outputsLayout,
                Layout.none(),
                Assembler.attributes(),
                false);
        return Forward.of(its, new lbr_gru_forward(its));
    }

    @Override
    Backward backward(Forward forward, memory.desc outputs) {
        lbr_gru_backward.primitive_desc its = new lbr_gru_backward.primitive_desc(
                Natives.cpu(),
                dnnl_backward,
                dnnl_unidirectional_left2right,
                framesLayout,
                state,
                weightsLayout,
                recurrentLayout,
                biasesLayout,
                outputs,
                Layout.none(),
                framesLayout,
                state,
                weightsLayout,
                recurrentLayout,
                biasesLayout,
                outputsLayout,
                Layout.none(),
                (lbr_gru_forward.primitive_desc) forward.description(),
                Assembler.attributes(),
                false);
        return Backward.of(its, new lbr_gru_backward(its));
    }
}
