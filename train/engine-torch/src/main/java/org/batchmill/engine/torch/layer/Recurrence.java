package org.batchmill.engine.torch.layer;

import java.util.List;
import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.engine.torch.memory.Constants;
import org.batchmill.engine.torch.memory.Layouts;
import org.batchmill.engine.torch.memory.Parameters;
import org.batchmill.engine.torch.plan.Operation;
import org.batchmill.engine.torch.plan.Pass;
import org.batchmill.train.network.Layer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Recurrent layers. Samples of any length run to the last frame: what lies behind a sample's end has no part in what is before, and goes on
 * as zeros.
 */
public final class Recurrence implements Operation {

    private final boolean gated;
    private final int units;
    private final int steps;
    private final boolean sequences;
    private final Tensor weights;
    private final Tensor recurrent;
    private final Tensor biases;

    private Recurrence(Layer layer, boolean gated, int units, int steps, boolean sequences, Parameters parameters) {
        this.gated = gated;
        this.units = units;
        this.steps = steps;
        this.sequences = sequences;
        this.weights = parameters.get(layer.name() + "/weights").value;
        this.recurrent = parameters.get(layer.name() + "/recurrent").value;
        this.biases = parameters.get(layer.name() + "/biases").value;
    }

    public static Recurrence of(Layer.Lstm layer, int steps, Parameters parameters) {
        return new Recurrence(layer, false, layer.units(), steps, layer.sequences(), parameters);
    }

    public static Recurrence of(Layer.Gru layer, int steps, Parameters parameters) {
        return new Recurrence(layer, true, layer.units(), steps, layer.sequences(), parameters);
    }

    @Override
    public String describe() {
        return (gated ? "gru" : "lstm") + " of " + units + " units over " + steps + " frames";
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        Tensor frames = Layouts.vector(inputs.get(0));
        Tensor x = frames.view(pass.rows(), steps, frames.size(1));
        Tensor zeros = Tensors.zeros(pass.device(), 1, pass.rows(), units);
        Tensor y = gated ? gated(pass, x, zeros) : longShortTerm(pass, x, zeros);
        Tensor lengths = inputs.size() > 1 ? inputs.get(1) : null;
        if (sequences) {
            Tensor kept = lengths == null ? y : y.mul(before(pass, lengths).unsqueeze(2));
            return kept.reshape((long) pass.rows() * steps, units);
        }
        return lengths == null
                ? y.select(1, steps - 1)
                : y.mul(last(pass, lengths).unsqueeze(2)).sum(1);
    }

    /** [rows][steps]: 1 up to a sample's end, 0 behind it. */
    private Tensor before(Pass pass, Tensor lengths) {
        return numbers(pass).lt(lengths).to(ScalarType.Float);
    }

    /** [rows][steps]: 1 at a sample's last frame. */
    private Tensor last(Pass pass, Tensor lengths) {
        return numbers(pass).eq(lengths.sub(Constants.ONE)).to(ScalarType.Float);
    }

    private Tensor numbers(Pass pass) {
        return Tensors.numbers(pass.device(), ScalarType.Float, steps).unsqueeze(0);
    }

    private Tensor longShortTerm(Pass pass, Tensor x, Tensor zeros) {
        TensorVector parts =
                new TensorVector(weights, recurrent, biases, biases.detach().mul(Constants.ZERO));
        return torch.lstm(x, new TensorVector(zeros, zeros), parts, true, 1, 0, learns(pass), false, true)
                .get0();
    }

    /** cuDNN keeps what its pass back needs only if it is told so. Without dropout between layers a CPU's pass has no use for it. */
    private static boolean learns(Pass pass) {
        return pass.training() && pass.device().is_cuda();
    }

    /** libtorch has the gates in the order reset, update, candidate, and two biases for each. */
    private Tensor gated(Pass pass, Tensor x, Tensor zeros) {
        Tensor update = biases.narrow(0, 0, units);
        Tensor reset = biases.narrow(0, units, units);
        Tensor inner = biases.narrow(0, 3L * units, units);
        Tensor none = update.detach().mul(Constants.ZERO);
        TensorVector parts = new TensorVector(
                resetFirst(weights),
                resetFirst(recurrent),
                torch.cat(new TensorVector(reset, update, biases.narrow(0, 2L * units, units))),
                torch.cat(new TensorVector(none, none, inner)));
        return torch.gru(x, zeros, parts, true, 1, 0, learns(pass), false, true).get0();
    }

    private Tensor resetFirst(Tensor gates) {
        return torch.cat(new TensorVector(
                gates.narrow(0, units, units), gates.narrow(0, 0, units), gates.narrow(0, 2L * units, units)));
    }
}
