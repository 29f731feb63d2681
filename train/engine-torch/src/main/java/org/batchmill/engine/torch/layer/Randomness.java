package org.batchmill.engine.torch.layer;

import static org.batchmill.queues.random.SplitMix64.GOLDEN_GAMMA;

import java.util.List;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.engine.torch.memory.Constants;
import org.batchmill.engine.torch.plan.Operation;
import org.batchmill.engine.torch.plan.Pass;
import org.batchmill.train.engine.StepRandom;
import org.batchmill.train.host.Handles;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Dropout and noise by {@link StepRandom}'s numbers, drawn on the device by integer operations, so that every device draws the same.
 * Signed 64-bit integers wrap around as Java's do; a shift to the right brings copies of the sign, which are masked away.
 */
public final class Randomness {

    private static final Handles<Pointer> FOR_EVER = Natives.handles();

    private static final Scalar STEP = integer(GOLDEN_GAMMA);
    private static final Scalar FIRST = integer(0xbf58476d1ce4e5b9L);
    private static final Scalar SECOND = integer(0x94d049bb133111ebL);
    private static final Scalar LOW_32 = integer(0xffffffffL);
    private static final Scalar TO_UNIT = FOR_EVER.keep(new Scalar(0x1.0p-32));
    private static final Scalar TO_ANGLE = FOR_EVER.keep(new Scalar(2 * Math.PI * 0x1.0p-32));
    private static final Scalar MINUS_TWO = FOR_EVER.keep(new Scalar(-2.0));

    private Randomness() {}

    private static Scalar integer(long value) {
        return FOR_EVER.keep(new Scalar(value));
    }

    /** 64 random bits for each of so many indices from the first on, as {@link StepRandom} makes a number of them. */
    private static Tensor bits(Device device, StepRandom random, long first, long count) {
        Scalar start = new Scalar(random.key() + first * GOLDEN_GAMMA);
        Tensor z = Tensors.numbers(device, ScalarType.Long, count).mul_(STEP).add_(start);
        z = z.bitwise_xor_(shifted(z, 30)).mul_(FIRST);
        z = z.bitwise_xor_(shifted(z, 27)).mul_(SECOND);
        return z.bitwise_xor_(shifted(z, 31));
    }

    /** {@code z >>> bits}. */
    private static Tensor shifted(Tensor z, int bits) {
        return z.bitwise_right_shift(new Scalar((long) bits)).bitwise_and_(new Scalar(-1L >>> bits));
    }

    /** In the dimensions of {@code x}, which come in canonical order. */
    private static Tensor like(Tensor x, Shape shape, Tensor values) {
        return x.dim() == 2
                ? values.view(x.size(0), shape.size())
                : values.view(x.size(0), shape.channels(), shape.height(), shape.width());
    }

    /** 0 with probability {@code rate}, else {@code 1 / (1 - rate)}: {@link StepRandom#dropoutMask}. */
    public static Tensor dropoutMask(Device device, StepRandom random, long first, long count, float rate) {
        // A number is a multiple of 2^-24: those below the rate are those whose bits are below this.
        long dropped = (long) Math.ceil(rate * 0x1.0p24);
        return shifted(bits(device, random, first, count), 40)
                .ge(new Scalar(dropped))
                .to(ScalarType.Float)
                .mul_(new Scalar(1 / (1 - rate)));
    }

    /** Standard normal numbers: {@link StepRandom#normal}. */
    public static Tensor normal(Device device, StepRandom random, long first, long count) {
        Tensor bits = bits(device, random, first, count);
        Tensor u = shifted(bits, 32).to(ScalarType.Double).add_(Constants.ONE).mul_(TO_UNIT);
        Tensor angle = bits.bitwise_and_(LOW_32).to(ScalarType.Double).mul_(TO_ANGLE);
        return u.log_().mul_(MINUS_TWO).sqrt_().mul_(angle.cos_()).to(ScalarType.Float);
    }

    public record Dropout(Layer.Dropout layer, Shape shape) implements Operation {
        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            if (!pass.training()) {
                return x;
            }
            Tensor mask = dropoutMask(
                    pass.device(), pass.random(layer.name()), pass.first(x.numel()), x.numel(), layer.rate());
            return x.mul(like(x, shape, mask));
        }

        @Override
        public String describe() {
            return "dropout";
        }
    }

    public record Noise(Layer.GaussianNoise layer, Shape shape) implements Operation {
        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            if (!pass.training()) {
                return x;
            }
            Tensor noise = normal(pass.device(), pass.random(layer.name()), pass.first(x.numel()), x.numel())
                    .mul_(new Scalar(layer.standardDeviation()));
            return x.add(like(x, shape, noise));
        }

        @Override
        public String describe() {
            return "noise";
        }
    }
}
