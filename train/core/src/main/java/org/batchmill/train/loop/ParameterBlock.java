package org.batchmill.train.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.batchmill.train.engine.NativeFloats;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Parameter;

/** Parameters of a program as one block of memory that can be sent. */
final class ParameterBlock {

    private final List<Parameter> parameters;
    private final FloatBuffer values;

    private ParameterBlock(List<Parameter> parameters) {
        this.parameters = parameters;
        this.values = ByteBuffer.allocateDirect(
                        parameters.stream().mapToInt(Parameter::size).sum() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** Of all parameters. */
    static ParameterBlock ofAll(Program program) {
        return new ParameterBlock(program.spec().network().parameters());
    }

    /** Of those that are not learnt but measured: the rolling values of batch norms. */
    static ParameterBlock ofMeasured(Program program) {
        return new ParameterBlock(program.spec().network().parameters().stream()
                .filter(parameter -> !parameter.trainable())
                .toList());
    }

    boolean isEmpty() {
        return values.capacity() == 0;
    }

    NativeFloats floats() {
        return NativeFloats.ofHost(values.duplicate().clear());
    }

    void read(Program program) {
        values.clear();
        parameters.forEach(parameter -> values.put(program.parameter(parameter.name())));
    }

    /** By how much the program's parameters are larger now than when they were read. */
    void readChange(Program program) {
        values.clear();
        for (Parameter parameter : parameters) {
            for (float now : program.parameter(parameter.name())) {
                values.put(values.position(), now - values.get(values.position()));
                values.position(values.position() + 1);
            }
        }
    }

    void write(Program program) {
        values.clear();
        for (Parameter parameter : parameters) {
            float[] its = new float[parameter.size()];
            values.get(its);
            program.setParameter(parameter.name(), its);
        }
    }

    /** Adds the values to the program's. */
    void add(Program program) {
        values.clear();
        for (Parameter parameter : parameters) {
            float[] its = program.parameter(parameter.name());
            for (int i = 0; i < its.length; i++) {
                its[i] += values.get();
            }
            program.setParameter(parameter.name(), its);
        }
    }
}
