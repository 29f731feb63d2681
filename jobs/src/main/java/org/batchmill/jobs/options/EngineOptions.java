package org.batchmill.jobs.options;

import org.batchmill.train.engine.ProgramSpec;

/** What computes. Not thread-safe while it is being filled in. */
public final class EngineOptions {

    private String engine = "auto";
    private String device = "auto";
    private int threads = 0;
    private Long memory;
    private boolean logDevices = false;
    private ProgramSpec.Precision precision = ProgramSpec.Precision.FLOAT32;
    private ProgramSpec.DataFormat dataFormat = ProgramSpec.DataFormat.AUTO;

    /** {@code auto}, {@code nd4j}, {@code onednn} or {@code cudnn}. */
    public String engine() {
        return engine;
    }

    public EngineOptions engine(String value) {
        engine = value;
        return this;
    }

    /** {@code auto}, which takes a GPU where the engine has one, {@code cpu} or {@code gpu:0}. */
    public String device() {
        return device;
    }

    public EngineOptions device(String value) {
        device = value;
        return this;
    }

    /** Threads within an operation; 0 for the engine's choice. */
    public int threads() {
        return threads;
    }

    public EngineOptions threads(int value) {
        threads = value;
        return this;
    }

    /** Bytes of device memory that a network may take; null for any. */
    public Long memory() {
        return memory;
    }

    public EngineOptions memory(Long value) {
        memory = value;
        return this;
    }

    /** Says of every layer where it runs, and what it was compiled to. */
    public boolean logDevices() {
        return logDevices;
    }

    public EngineOptions logDevices(boolean value) {
        logDevices = value;
        return this;
    }

    /** The arithmetic inside the engine, where it has a choice. */
    public ProgramSpec.Precision precision() {
        return precision;
    }

    public EngineOptions precision(ProgramSpec.Precision value) {
        precision = value;
        return this;
    }

    /** The layout of activations inside the engine, where it has a choice. */
    public ProgramSpec.DataFormat dataFormat() {
        return dataFormat;
    }

    public EngineOptions dataFormat(ProgramSpec.DataFormat value) {
        dataFormat = value;
        return this;
    }
}
