package org.batchmill.engine.nd4j.memory;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.host.ParameterEntry;
import org.batchmill.train.host.ParameterTable;
import org.batchmill.train.network.Initializers;
import org.batchmill.train.network.Parameter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The parameters of a program, their accumulated gradients and their optimizer slots, off-heap. */
public final class Parameters extends ParameterTable<INDArray, Parameters.Entry> implements AutoCloseable {

    /** An entry of arrays, each by itself. */
    public static final class Entry extends ParameterEntry<INDArray> {
        /** Where the backward pass writes while earlier gradients are kept; made when first needed. */
        public INDArray added;

        private Entry(Parameter parameter, ProgramSpec spec) {
            super(parameter, spec);
        }
    }

    private final List<INDArray> owned = new ArrayList<>();

    public Parameters(ProgramSpec spec) {
        super(spec, Entry::new);
        for (Entry entry : all()) {
            entry.value = owned(entry.parameter);
            new Floats(entry.value).set(Initializers.values(entry.parameter, spec.seed()));
            if (entry.trained) {
                entry.gradient = owned(entry.parameter);
                for (String slot : spec.optimizer().slots()) {
                    INDArray values = owned(entry.parameter);
                    values.assign(spec.optimizer().initial(slot));
                    entry.slots.put(slot, values);
                }
            }
        }
    }

    private INDArray owned(Parameter parameter) {
        long[] shape =
                parameter.dimensions().stream().mapToLong(Integer::longValue).toArray();
        INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape);
        owned.add(array);
        return array;
    }

    /** The array for a gradient that is added to an earlier one. */
    public INDArray added(Entry entry) {
        if (entry.added == null) {
            entry.added = owned(entry.parameter);
        }
        return entry.added;
    }

    public long bytes() {
        return owned.stream().mapToLong(array -> array.length() * Float.BYTES).sum();
    }

    @Override
    public void close() {
        owned.forEach(INDArray::close);
        owned.clear();
    }
}
