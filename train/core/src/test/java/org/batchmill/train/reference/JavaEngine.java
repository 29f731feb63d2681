package org.batchmill.train.reference;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;

/** The reference engine. Single-threaded and deterministic. */
public final class JavaEngine implements Engine {

    @Override
    public String name() {
        return "java";
    }

    @Override
    public String unavailable() {
        return null;
    }

    @Override
    public String describe() {
        return "plain Java, double precision, for tests";
    }

    @Override
    public Program compile(ProgramSpec spec) {
        return new JavaProgram(spec);
    }
}
