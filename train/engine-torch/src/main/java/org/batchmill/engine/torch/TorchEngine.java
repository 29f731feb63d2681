package org.batchmill.engine.torch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.engine.torch.device.Cuda;
import org.batchmill.engine.torch.device.DeviceFailure;
import org.batchmill.engine.torch.device.MemoryBudget;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.engine.torch.memory.MemoryEstimate;
import org.batchmill.records.MissingPartException;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;

/**
 * Networks as operations of libtorch, on a CPU or a GPU. Thread-safe; programs share libtorch's one setting of the number of threads, that
 * of the last call, and of the arithmetic of GPUs.
 */
public final class TorchEngine implements Engine {

    private static final String CPU = "cpu";
    private static final String CUDA = "cuda:";
    private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,2}))?");

    /** Found by {@link java.util.ServiceLoader}; loads no natives. */
    public TorchEngine() {}

    @Override
    public String name() {
        return "torch";
    }

    @Override
    public String unavailable() {
        return Natives.failure();
    }

    @Override
    public String withoutGpu() {
        return Natives.withoutGpu();
    }

    @Override
    public String describe() {
        requireNatives();
        return Natives.description();
    }

    @Override
    public Program compile(ProgramSpec spec) {
        requireNatives();
        String device = device(spec.execution().device());
        int threads = spec.execution().threads() > 0
                ? spec.execution().threads()
                : Runtime.getRuntime().availableProcessors();
        try {
            if (!device.equals(CPU)) {
                limit(spec, device);
            }
            return new TorchProgram(spec, device, threads);
        } catch (RuntimeException e) {
            throw DeviceFailure.told(e, spec.execution().device(), spec.batchSize());
        }
    }

    /** Requires that the program can fit on a GPU, and keeps libtorch within its limit. */
    private static void limit(ProgramSpec spec, String device) {
        byte index = (byte) Integer.parseInt(device.substring(CUDA.length()));
        MemoryBudget budget =
                Cuda.memory(index, spec.execution().device(), spec.execution().gpuMemory());
        budget.require(spec.network().name(), spec.batchSize(), MemoryEstimate.of(spec));
        Cuda.limitMemory(index, budget.fraction());
    }

    /** What libtorch calls a device. */
    private static String device(String name) {
        if (name.equals(CPU)) {
            return name;
        }
        Matcher gpu = GPU.matcher(name);
        if (!gpu.matches()) {
            throw new MissingPartException("engine torch runs on cpu or gpu:0, not on " + name);
        }
        String why = Natives.withoutGpu();
        if (why != null) {
            throw new MissingPartException("engine torch has no " + name + ": " + why);
        }
        int number = gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1));
        if (number >= Cuda.count()) {
            throw new MissingPartException("engine torch has no " + name + ": the driver knows "
                    + (Cuda.count() == 1 ? "one GPU, gpu:0" : Cuda.count() + " GPUs, from gpu:0 on"));
        }
        return CUDA + number;
    }

    private static void requireNatives() {
        String failure = Natives.failure();
        if (failure != null) {
            throw new MissingPartException("engine torch cannot run here: " + failure);
        }
    }
}
