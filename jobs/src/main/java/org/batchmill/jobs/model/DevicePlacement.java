package org.batchmill.jobs.model;

import java.util.Locale;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.Bytes;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.records.MissingPartException;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Engines;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;

/** Compiles a network for the engine and the device that the options ask for, within their memory limit. Immutable. */
public final class DevicePlacement {

    private static final String GPU = "gpu:0";
    private static final String CPU = "cpu";

    private final Engine engine;
    private final EngineOptions options;
    private final JobListener listener;

    /**
     * @throws MissingPartException if the engine is not here
     * @throws UsageException       if there is no such engine or device
     */
    public DevicePlacement(EngineOptions options, JobListener listener) {
        if (!options.device.matches("auto|cpu|gpu(:\\d+)?")) {
            throw new OptionException("{device} is auto, cpu or gpu:0, not {}", options.device);
        }
        this.engine = Engines.named(options.engine);
        this.options = options;
        this.listener = listener;
    }

    /**
     * Compiles, and says where it runs.
     *
     * @param spec all but threads, device, format and precision
     * @throws MissingPartException if the device that was named is not here; {@code auto} takes the CPU where there is no GPU
     * @throws UsageException       if it takes more memory than is allowed
     */
    public Program compile(ProgramSpec spec) {
        ProgramSpec complete = spec.toBuilder()
                .threads(options.threads)
                .dataFormat(options.dataFormat)
                .precision(options.precision)
                .gpuMemory(options.gpuMemory)
                .device(CPU)
                .build();
        Program program = onDevice(complete);
        if (options.memory != null && program.peakBytes() > options.memory.count()) {
            String needed = Bytes.rough(program.peakBytes());
            program.close();
            throw new OptionException(
                    "{} takes {} on its device with {} rows at a time; {memory} allows {}: take a smaller {batch} or"
                            + " more {subdivisions}",
                    spec.network().name(),
                    needed,
                    spec.batchSize(),
                    Bytes.rough(options.memory.count()));
        }
        if (options.logDevices) {
            log(program);
        }
        return program;
    }

    private Program onDevice(ProgramSpec spec) {
        if (!options.device.equals("auto")) {
            requireGpu(options, options.device, null);
            return engine.compile(spec.toBuilder().device(options.device).build());
        }
        try {
            return engine.compile(spec.toBuilder().device(GPU).build());
        } catch (MissingPartException e) {
            requireGpu(options, CPU, e);
            if (options.logDevices) {
                listener.log(e.getMessage() + "; taking " + CPU);
            }
            return engine.compile(spec);
        }
    }

    /**
     * Requires that a limit on a GPU's memory limits one.
     *
     * @param device where the network is to run
     * @param why    there is no GPU; null where none was asked for
     */
    static void requireGpu(EngineOptions options, String device, MissingPartException why) {
        if (options.gpuMemory != null && device.equals(CPU)) {
            throw new OptionException(
                    "{gpu-memory} limits what is taken of a GPU, and {device} is {}{}: leave it out, or take {memory}",
                    device,
                    why == null ? "" : " here (" + why.getMessage() + ")");
        }
    }

    private void log(Program program) {
        String device = program.spec().execution().device();
        program.spec()
                .network()
                .outputShapes()
                .forEach((layer, shape) -> listener.log(String.format(
                        Locale.ROOT, "%-24s on %s, engine %s, output %s", layer, device, engine.name(), shape)));
        program.plan().forEach(listener::log);
    }

    /** The engine, its library and its device in one line. */
    public String describe(Program program) {
        return engine.describe() + ", on " + program.spec().execution().device();
    }
}
