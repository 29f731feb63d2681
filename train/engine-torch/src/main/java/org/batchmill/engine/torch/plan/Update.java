package org.batchmill.engine.torch.plan;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.engine.torch.memory.Constants;
import org.batchmill.engine.torch.memory.Parameters;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.host.Handles;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Clipping, regularisation and the update rule, over the buffers of all parameters at once. On a CPU that is done piece by piece, so that
 * what one operation writes is in the cache when the next one reads it.
 */
public final class Update {

    /** Values: a mebibyte, which stays in a core's cache, and for which a call from Java is cheap. */
    private static final long PIECE = 1 << 18;

    /**
     * A piece of the buffers.
     *
     * @param slots in the order of the rule's
     */
    record Piece(Tensor value, Tensor gradient, List<Tensor> slots, float rate, boolean weights) {

        Piece with(Tensor other) {
            return new Piece(value, other, slots, rate, weights);
        }
    }

    /**
     * A run in pieces.
     *
     * @param pieces with their gradients in the buffer
     */
    private record Pieces(Parameters.Run run, List<Piece> pieces) {}

    private final ProgramSpec spec;
    private final Parameters parameters;
    private final Device device;
    private final UpdateRule rule;
    private final List<Pieces> runs = new ArrayList<>();

    public Update(ProgramSpec spec, Parameters parameters, Device device, Handles<Pointer> handles) {
        this.spec = spec;
        this.parameters = parameters;
        this.device = device;
        this.rule = UpdateRule.of(spec.optimizer());
        for (Parameters.Run run : parameters.runs()) {
            long piece = device.is_cpu() ? PIECE : run.length();
            List<Piece> pieces = new ArrayList<>();
            for (long from = 0; from < run.length(); from += piece) {
                long first = run.offset() + from;
                long count = Math.min(piece, run.length() - from);
                pieces.add(new Piece(
                        handles.keep(parameters.values().narrow(0, first, count)),
                        handles.keep(parameters.gradients().narrow(0, first, count)),
                        spec.optimizer().slots().stream()
                                .map(slot -> handles.keep(parameters.slots(slot).narrow(0, first, count)))
                                .toList(),
                        run.rate(),
                        run.weights()));
            }
            runs.add(new Pieces(run, pieces));
        }
    }

    /** With the gradients where they are now. */
    private List<Piece> pieces() {
        List<Piece> all = new ArrayList<>();
        for (Pieces each : runs) {
            Tensor handed = each.run.large() == null ? null : parameters.handedOver(each.run.large());
            if (handed == null) {
                all.addAll(each.pieces);
                continue;
            }
            long from = 0;
            for (Piece piece : each.pieces) {
                long count = piece.value().numel();
                all.add(piece.with(handed.narrow(0, from, count)));
                from += count;
            }
        }
        return all;
    }

    /**
     * Updates every trained parameter. Nothing is read back to the host before all of it is on its way.
     *
     * @return the global norm of the gradients before clipping
     */
    public double apply(StepContext context) {
        List<Piece> pieces = pieces();
        Tensor squares = sum();
        Tensor scale = null;
        if (spec.learning().clipping().norm() > 0) {
            Tensor clipped = spec.learning().clipping().value() > 0 ? sum() : squares;
            for (Piece piece : pieces) {
                prepare(piece, squares);
                if (spec.learning().clipping().value() > 0) {
                    addSquares(piece.gradient(), clipped);
                }
            }
            scale = clipped.rsqrt()
                    .mul_(new Scalar(spec.learning().clipping().norm()))
                    .clamp_(new ScalarOptional(), new ScalarOptional(Constants.ONE));
        }
        float rate = Float.NaN;
        UpdateRule.Step step = null;
        for (Piece piece : pieces) {
            if (step == null || piece.rate() != rate) {
                rate = piece.rate();
                step = rule.at(context.step() + 1, context.learningRate() * rate);
            }
            if (scale == null) {
                prepare(piece, squares);
            } else {
                piece.gradient().mul_(scale);
            }
            if (piece.weights()) {
                regularise(piece);
            }
            step.apply(piece);
        }
        return Math.sqrt(squares.item_double());
    }

    private Tensor sum() {
        return torch.zeros(new long[0], Tensors.options(device, ScalarType.Double));
    }

    /** Keeps zeros, adds the squares of the gradients to a sum, and clips values. */
    private void prepare(Piece piece, Tensor squares) {
        Tensor gradient = piece.gradient();
        if (spec.learning().keepZeros() && piece.weights()) {
            gradient.masked_fill_(piece.value().eq(Constants.ZERO), Constants.ZERO);
        }
        addSquares(gradient, squares);
        if (spec.learning().clipping().value() > 0) {
            gradient.clamp_(
                    new ScalarOptional(new Scalar(-spec.learning().clipping().value())),
                    new ScalarOptional(new Scalar(spec.learning().clipping().value())));
        }
    }

    private static void addSquares(Tensor gradient, Tensor sum) {
        sum.add_(torch.linalg_vector_norm(gradient).square());
    }

    private void regularise(Piece piece) {
        if (spec.learning().decay().l2() != 0) {
            piece.gradient()
                    .add_(piece.value(), new Scalar(spec.learning().decay().l2()));
        }
        if (spec.learning().decay().l1() != 0) {
            piece.gradient()
                    .add_(
                            piece.value().sign(),
                            new Scalar(spec.learning().decay().l1()));
        }
    }
}
