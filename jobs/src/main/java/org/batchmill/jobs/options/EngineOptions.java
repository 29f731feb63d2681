package org.batchmill.jobs.options;

import org.batchmill.train.engine.MemoryLimit;
import org.batchmill.train.engine.ProgramSpec;

/** What computes. Not thread-safe while it is being filled in. */
public final class EngineOptions implements OptionGroup {

    @JobOption(
            value = "auto (torch on a GPU, else onednn, torch or nd4j: the first that runs), onednn, torch or nd4j.",
            label = "E",
            common = true)
    public String engine = "auto";

    @JobOption(value = "auto (a GPU if there is one, else the CPU), cpu or gpu:0.", label = "D")
    public String device = "auto";

    @JobOption(value = "Threads within an operation.", label = "N", otherwise = "the engine's choice", common = true)
    @Within(atLeast = 0, atMost = 1024)
    public int threads;

    @JobOption(value = "Device memory that the network may take: 512m, 2g.", label = "SIZE")
    public Bytes memory;

    @JobOption(
            value = "What libtorch may take of a GPU's memory: 8g, or 80% of all that the GPU has.",
            label = "SIZE",
            otherwise = "all that is free")
    public MemoryLimit gpuMemory;

    @JobOption("Say where each layer runs, and what it was compiled to.")
    public boolean logDevices;

    @JobOption(value = "auto, nchw or nhwc inside.", label = "F")
    public ProgramSpec.DataFormat dataFormat = ProgramSpec.DataFormat.AUTO;

    @JobOption(
            value = "float32; bfloat16 on a CPU or GPU that has it, with onednn or torch; tf32 with torch on a GPU.",
            label = "P")
    public ProgramSpec.Precision precision = ProgramSpec.Precision.FLOAT32;
}
