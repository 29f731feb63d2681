package org.batchmill.benchmarks.engines;

import java.io.IOException;
import org.batchmill.train.network.Network;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * libtorch's steps, eager: prints milliseconds, and bytes that the process grew by. Arguments: case, threads, seconds, {@code nchw} or
 * {@code channels_last}. Detectors are trained with a plain squared error, which costs less than YOLO's loss.
 */
final class TorchSteps {

    /** Small: the numbers stay finite, the work is the same. */
    private static final double RATE = 1e-9;

    private TorchSteps() {}

    @SuppressWarnings("try") // scopes are there to be closed
    public static void main(String[] arguments) throws IOException {
        Case row = Case.parse(arguments[0]);
        torch.set_num_threads(Integer.parseInt(arguments[1]));
        long before = Measured.memory("VmRSS");
        Network network = row.network();
        TorchNetwork model = new TorchNetwork(network, arguments[3].equals("channels_last"));
        Tensor pixels = torch.randint(256, new long[] {
                    (long) row.batch() * network.timeSteps(),
                    network.input().height(),
                    network.input().width(),
                    network.input().channels()
                })
                .to(ScalarType.Byte);
        Runnable step = row.training() ? training(row, model, pixels) : prediction(model, pixels);
        double millis = Measured.medianMillis(
                () -> {
                    try (PointerScope scope = new PointerScope()) {
                        step.run();
                    }
                },
                Double.parseDouble(arguments[2]));
        System.out.println(millis + " " + (Measured.memory("VmHWM") - before));
    }

    private static Runnable training(Case row, TorchNetwork model, Tensor pixels) throws IOException {
        Optimizer optimizer = optimizer(row, model);
        int outputs = row.network().output().size();
        Tensor targets =
                row.classifier() ? torch.randint(outputs, new long[] {row.batch()}) : torch.randn(row.batch(), outputs);
        return () -> {
            optimizer.zero_grad();
            Tensor output = model.forward(pixels, true);
            Tensor loss =
                    row.classifier() ? torch.cross_entropy_loss(output, targets) : torch.mse_loss(output, targets);
            loss.backward();
            optimizer.step();
        };
    }

    private static Optimizer optimizer(Case row, TorchNetwork model) {
        if (row.detector()) {
            SGDOptions options = new SGDOptions(RATE);
            options.momentum().put(.9);
            options.weight_decay().put(5e-4);
            return new SGD(model.parameters(), options);
        }
        return new Adam(model.parameters(), new AdamOptions(RATE));
    }

    @SuppressWarnings("try") // the guard is there to be closed
    private static Runnable prediction(TorchNetwork model, Tensor pixels) {
        return () -> {
            try (NoGradGuard guard = new NoGradGuard()) {
                model.forward(pixels, false);
            }
        };
    }
}
