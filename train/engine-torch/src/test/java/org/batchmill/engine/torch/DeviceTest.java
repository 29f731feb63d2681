package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.batchmill.engine.torch.device.Lane;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.engine.torch.memory.Parameters;
import org.batchmill.engine.torch.plan.InputReader;
import org.batchmill.engine.torch.plan.LossWork;
import org.batchmill.engine.torch.plan.Pass;
import org.batchmill.engine.torch.plan.Update;
import org.batchmill.train.engine.Program.PendingLoss;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.engine.ProgramSpecBuilder;
import org.batchmill.train.host.Handles;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.loss.YoloV1Grid;
import org.batchmill.train.loss.YoloV1Loss;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.NetworkBuilder;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A step stays on its device until the loss, and the norm of the gradients, are read. The device is libtorch's {@code meta}, whose tensors
 * have shapes and no values: an operation on them and on anything that lies elsewhere fails, and so does reading a value, which happens
 * once in each half of a step. Convolutions, batch norm, relu and the losses with absolute values, which it does not know, bring nothing but their parameters.
 */
@SuppressWarnings("try") // scopes and guards are there to be closed
class DeviceTest {

    private static final int ROWS = 3;
    private static final Set<ActivationFunction> UNKNOWN = Set.of(ActivationFunction.RELU, ActivationFunction.RELU6);

    private static Layer dense(String name, int units) {
        return new Layer.Dense(name, units, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS);
    }

    private static Network images(int outputs) {
        NetworkBuilder network = Network.builder("images", new Shape(4, 6, 5))
                .add(new Layer.InputScale("scale", 2 / 255f, -1))
                .add(new Layer.ChannelScale("factor", 1, true))
                .add(new Layer.LocalResponseNorm("lrn", 4, .5f, .75f, 1))
                .add(new Layer.MaxPool("max", 3, 3, 1, 1, Padding.same()))
                .add(new Layer.AveragePool("average", 2, 2, 2, 2, Padding.same()))
                .add(new Layer.Upsample("up", 2, 2, Layer.Upsample.Mode.NEAREST))
                .add(new Layer.Dropout("drop", .3f))
                .add(new Layer.GaussianNoise("noise", .1f))
                .add(new Layer.Add("sum"), "drop", "noise")
                .add(new Layer.Concat("both"), "sum", "up");
        for (ActivationFunction function : ActivationFunction.values()) {
            if (!UNKNOWN.contains(function)) {
                network.add(new Layer.Activation(function.name(), function, .2f));
            }
        }
        return network.add(new Layer.Flatten("flat")).add(dense("end", outputs)).build();
    }

    private static Network sequences() {
        Initializer weights = new Initializer.Uniform(-.5f, .5f);
        return Network.builder("sequences", Shape.vector(5))
                .timeSteps(4)
                .add(new Layer.Lengths("lengths", 0))
                .add(dense("features", 3), Network.INPUT)
                .add(new Layer.Lstm("lstm", 6, weights, true), "features", "lengths")
                .add(new Layer.Gru("gru", 7, weights, false), "lstm", "lengths")
                .add(dense("end", 2))
                .build();
    }

    private static ProgramSpec spec(Network network, Loss loss, Optimizer optimizer) {
        return ProgramSpec.training(network, ProgramSpec.InputFormat.UINT8_NHWC, ROWS, loss, optimizer, 5);
    }

    static Stream<ProgramSpec> steps() {
        List<ProgramSpec> specs = new ArrayList<>();
        Optimizer sgd = new Optimizer.Sgd();
        for (Loss loss : List.of(new MeanSquaredError(), new SoftmaxCrossEntropy())) {
            specs.add(spec(images(4), loss, sgd));
        }
        for (YoloV1Grid.Order order : YoloV1Grid.Order.values()) {
            YoloV1Grid grid = new YoloV1Grid(2, 2, 3, order);
            specs.add(spec(images(grid.outputSize()), YoloV1Loss.standard(grid), sgd));
        }
        specs.add(spec(sequences(), new MeanSquaredError(), sgd));
        for (Optimizer optimizer : List.of(
                sgd,
                new Optimizer.Momentum(.9f),
                new Optimizer.Nesterov(.9f),
                new Optimizer.Adagrad(.1f, 1e-7f),
                new Optimizer.Adadelta(.9f, 1e-6f),
                new Optimizer.RmsProp(.9f, 1e-7f),
                new Optimizer.Adam(.9f, .99f, 1e-8f),
                new Optimizer.AdamW(.9f, .99f, 1e-8f, .01f))) {
            ProgramSpecBuilder all = spec(images(4), new MeanSquaredError(), optimizer).toBuilder();
            specs.add(all.l1(1e-4f)
                    .l2(1e-3f)
                    .clipValue(1)
                    .clipNorm(2)
                    .keepZeros(true)
                    .rate("end", 2)
                    .build());
        }
        return specs.stream();
    }

    private static void assertReadsAValue(Runnable work) {
        RuntimeException failure = catchThrowableOfType(RuntimeException.class, work::run);
        assertThat(failure).hasMessageContaining("aten::_local_scalar_dense");
    }

    @ParameterizedTest
    @MethodSource("steps")
    void shouldStayOnTheDeviceUntilANumberIsRead(ProgramSpec spec) {
        Natives.failure();
        try (PointerScope scope = new PointerScope();
                Handles<Pointer> handles = Natives.handles()) {
            Device device = new Device("meta");
            Parameters parameters;
            Layers layers;
            Update update;
            try (NoGradGuard guard = new NoGradGuard()) {
                parameters = new Parameters(spec, device, true);
                layers = new Layers(spec, parameters, device, true, handles);
                update = new Update(spec, parameters, device, handles);
            }
            int frames = spec.network().timeSteps() * spec.network().input().size();
            ByteBuffer pixels = ByteBuffer.allocateDirect(ROWS * frames).order(ByteOrder.nativeOrder());
            Tensor batch = new InputReader(spec, device, true).read(pixels, ROWS);
            Pass pass = new Pass(device, true, true, ROWS, 5, new StepContext(0, 0, .1), null);
            Tensor outputs = layers.forward(batch, pass, (layer, output) -> {}, null);
            assertThat(outputs.device().is_meta()).isTrue();
            int outputSize = spec.network().output().size();
            float[] targets = new float[ROWS * spec.loss().targetSize(outputSize)];
            LossWork work = new LossWork(spec.loss(), device, Lane.OF_HOST);
            PendingLoss loss = work.backward(outputs, targets, work.bring(targets, ROWS), ROWS);
            assertReadsAValue(loss::value);
            try (NoGradGuard guard = new NoGradGuard()) {
                assertReadsAValue(() -> update.apply(new StepContext(0, 0, .1)));
            }
            parameters.close();
        }
    }
}
