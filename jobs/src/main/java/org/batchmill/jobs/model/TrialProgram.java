package org.batchmill.jobs.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.task.NamedModel;
import org.batchmill.records.OptionException;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.engine.ProgramSpec.InputFormat;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;

/** A model as it is trained, but without data: for looking at its plan and for measuring its steps. Stateless. */
public final class TrialProgram {

    private static final long SEED = 1;

    private TrialProgram() {}

    /**
     * @param model    a name or a configuration of the reference program
     * @param trial    a training is one with the loss of the model's task and the update rule of its recipe: momentum and decay for
     *     detectors, Adam for the others
     */
    public static ProgramSpec spec(String model, TrialOptions trial, EngineOptions options) throws IOException {
        int rows = trial.batch;
        if (rows < 1) {
            throw new OptionException("{batch} " + rows + " is no number of images");
        }
        NamedModel named = NamedModel.of(model, List.of(), Layer.BatchNorm.Rule.STANDARD);
        Network network = named.network();
        InputFormat format = network.input().isVector() ? InputFormat.FLOAT32_NHWC : InputFormat.UINT8_NHWC;
        ProgramSpec spec = ProgramSpec.inference(network, format, rows);
        if (!trial.predict) {
            spec =
                    ProgramSpec.training(
                                    network,
                                    format,
                                    rows,
                                    named.task().loss(),
                                    named.task().usualOptimizer(),
                                    SEED)
                            .toBuilder()
                            .l2(named.task().usualDecay())
                            .build();
        }
        return spec.toBuilder()
                .threads(options.threads)
                .dataFormat(options.dataFormat)
                .precision(options.precision)
                .build();
    }

    /**
     * Compiles it for the device that the options name; {@code auto} is a GPU if the engine has one.
     *
     * @return the caller closes it
     */
    public static Program compile(ProgramSpec spec, Engine engine, EngineOptions options) {
        String found = engine.withoutGpu() == null ? "gpu:0" : "cpu";
        String device = options.device.equals("auto") ? found : options.device;
        DevicePlacement.requireGpu(options, device, null);
        return engine.compile(
                spec.toBuilder().device(device).gpuMemory(options.gpuMemory).build());
    }

    /**
     * A batch of random pixels.
     *
     * @throws OptionException if it takes more than 2 GiB
     */
    public static ByteBuffer input(ProgramSpec spec) {
        Network network = spec.network();
        int bytes = spec.inputFormat() == InputFormat.UINT8_NHWC ? 1 : Float.BYTES;
        long most = (long) Integer.MAX_VALUE / bytes;
        long wanted =
                (long) spec.batchSize() * network.timeSteps() * network.input().size();
        if (wanted > most) {
            throw new OptionException("{batch} {} of {} takes more than 2 GiB", spec.batchSize(), network.name());
        }
        int values = (int) wanted;
        SplittableRandom random = new SplittableRandom(SEED);
        if (spec.inputFormat() == InputFormat.UINT8_NHWC) {
            byte[] pixels = new byte[values];
            random.nextBytes(pixels);
            return ByteBuffer.allocateDirect(values).put(pixels).flip();
        }
        ByteBuffer floats = ByteBuffer.allocateDirect(values * bytes).order(ByteOrder.nativeOrder());
        while (floats.hasRemaining()) {
            floats.putFloat((float) random.nextDouble());
        }
        return floats.flip();
    }
}
