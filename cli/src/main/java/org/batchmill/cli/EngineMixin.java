package org.batchmill.cli;

import org.batchmill.jobs.MemorySize;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.train.engine.ProgramSpec;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options that say what computes. */
final class EngineMixin {

    @Option(
            names = "--engine",
            paramLabel = "E",
            defaultValue = "auto",
            description =
                    "auto (default: onednn where it runs, else nd4j), onednn, nd4j or cudnn (runs no networks yet).")
    String engine;

    @Option(
            names = "--device",
            paramLabel = "D",
            defaultValue = "auto",
            description = "auto (default: a GPU if there is one, else the CPU), cpu or gpu:0.")
    String device;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads within an operation; the engine's choice if not given.")
    int threads;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = MemoryConverter.class,
            description = "Device memory that the network may take: 512m, 2g.")
    Long memory;

    @Option(names = "--log-devices", description = "Say where each layer runs, and what it was compiled to.")
    boolean logDevices;

    @Option(
            names = "--data-format",
            paramLabel = "F",
            defaultValue = "AUTO",
            description = "auto (default), nchw or nhwc inside.")
    ProgramSpec.DataFormat dataFormat;

    @Option(
            names = "--precision",
            paramLabel = "P",
            defaultValue = "FLOAT32",
            description = "float32 (default), or bfloat16 with engine onednn on a CPU that has it.")
    ProgramSpec.Precision precision;

    /** Sizes as people write them. */
    static final class MemoryConverter implements CommandLine.ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return MemorySize.parse(text);
        }
    }

    EngineOptions options() {
        return new EngineOptions()
                .engine(engine)
                .device(device)
                .threads(threads)
                .memory(memory)
                .logDevices(logDevices)
                .dataFormat(dataFormat)
                .precision(precision);
    }
}
