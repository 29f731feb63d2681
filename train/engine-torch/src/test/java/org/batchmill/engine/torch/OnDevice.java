package org.batchmill.engine.torch;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;

/** The engine whose programs are made for the device that {@code -Dbatchmill.test.device} names, and for the CPU without it. */
record OnDevice(Engine engine, String device) implements Engine {

    /** What tests of every engine are run on. */
    static Engine ofTests() {
        return new OnDevice(new TorchEngine(), System.getProperty("batchmill.test.device", "cpu"));
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public String unavailable() {
        return engine.unavailable();
    }

    @Override
    public String withoutGpu() {
        return engine.withoutGpu();
    }

    @Override
    public String describe() {
        return engine.describe();
    }

    @Override
    public Program compile(ProgramSpec spec) {
        // A test that asks for a device means that one.
        boolean asked = !spec.execution().device().equals("cpu");
        return engine.compile(asked ? spec : spec.toBuilder().device(device).build());
    }
}
