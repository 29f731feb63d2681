package org.batchmill.engine.torch;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Clipping, regularisation and the update rule, over the buffers of all parameters at once. On a CPU that is done piece by piece, so that
 * what one operation writes is in the cache when the next one reads it.
 */
final class Update {

    /** Values: a mebibyte, which stays in a core's cache, and for which a call from Java is cheap. */
    private static final long PIECE = 1 << 18;

    /**
     * A piece of the buffers.
     *
     * @param slots in the order of the rule's
     */
    record Piece(Tensor value, Tensor gradient, List<Tensor> slots, float rate, boolean weights) {}

    private final ProgramSpec spec;
    private final UpdateRule rule;
    private final List<Piece> pieces = new ArrayList<>();

    Update(ProgramSpec spec, Parameters parameters, Device device, Handles handles) {
        this.spec = spec;
        this.rule = UpdateRule.of(spec.optimizer());
        for (Parameters.Run run : parameters.runs()) {
            long piece = device.is_cpu() ? PIECE : run.length();
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
        }
    }

    /** Updates every trained parameter; returns the global norm of the gradients before clipping. */
    double apply(StepContext context) {
        double squares = 0;
        Scalar scale = null;
        if (spec.clipNorm() > 0) {
            double clipped = 0;
            for (Piece piece : pieces) {
                squares += prepared(piece);
                clipped += spec.clipValue() > 0 ? squares(piece.gradient()) : 0;
            }
            double norm = Math.sqrt(spec.clipValue() > 0 ? clipped : squares);
            scale = norm > spec.clipNorm() ? new Scalar(spec.clipNorm() / norm) : null;
        }
        float rate = Float.NaN;
        UpdateRule.Step step = null;
        for (Piece piece : pieces) {
            if (step == null || piece.rate() != rate) {
                rate = piece.rate();
                step = rule.at(context.step() + 1, context.learningRate() * rate);
            }
            if (spec.clipNorm() == 0) {
                squares += prepared(piece);
            }
            if (scale != null) {
                piece.gradient().mul_(scale);
            }
            if (piece.weights()) {
                regularise(piece);
            }
            step.apply(piece);
        }
        return Math.sqrt(squares);
    }

    /** Keeps zeros and clips values; returns the sum of squares before clipping. */
    private double prepared(Piece piece) {
        Tensor gradient = piece.gradient();
        if (spec.keepZeros() && piece.weights()) {
            gradient.masked_fill_(piece.value().eq(Constants.ZERO), Constants.ZERO);
        }
        double squares = squares(gradient);
        if (spec.clipValue() > 0) {
            gradient.clamp_(
                    new ScalarOptional(new Scalar(-spec.clipValue())),
                    new ScalarOptional(new Scalar(spec.clipValue())));
        }
        return squares;
    }

    private static double squares(Tensor gradient) {
        return gradient.dot(gradient).item_double();
    }

    private void regularise(Piece piece) {
        if (spec.l2() != 0) {
            piece.gradient().add_(piece.value(), new Scalar(spec.l2()));
        }
        if (spec.l1() != 0) {
            piece.gradient().add_(piece.value().sign(), new Scalar(spec.l1()));
        }
    }
}
