package org.batchmill.engine.nd4j;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Initializers;
import org.batchmill.train.network.Parameter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The parameters of a program, their accumulated gradients and their optimizer slots, off-heap. */
final class Parameters implements AutoCloseable {

    /** One parameter with all that belongs to it. */
    static final class Entry {
        final Parameter parameter;
        final float rate;
        final INDArray value;
        final Map<String, INDArray> slots = new LinkedHashMap<>();
        /** Where the backward pass writes; null unless trained. */
        INDArray gradient;
        /** Where it writes while earlier gradients are kept; made when first needed. */
        INDArray added;

        Entry(Parameter parameter, float rate) {
            this.parameter = parameter;
            this.rate = rate;
            this.value = allocate(parameter);
        }

        boolean trained() {
            return gradient != null;
        }
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<INDArray> owned = new ArrayList<>();

    Parameters(ProgramSpec spec) {
        for (Parameter parameter : spec.network().parameters()) {
            Entry entry = new Entry(parameter, spec.rate(parameter.layer()));
            owned.add(entry.value);
            new Floats(entry.value).set(Initializers.values(parameter, spec.seed()));
            if (spec.training() && parameter.trainable() && entry.rate > 0) {
                entry.gradient = owned(parameter);
                for (String slot : spec.optimizer().slots()) {
                    INDArray values = owned(parameter);
                    values.assign(spec.optimizer().initial(slot));
                    entry.slots.put(slot, values);
                }
            }
            entries.put(parameter.name(), entry);
        }
    }

    private INDArray owned(Parameter parameter) {
        INDArray array = allocate(parameter);
        owned.add(array);
        return array;
    }

    private static INDArray allocate(Parameter parameter) {
        long[] shape =
                parameter.dimensions().stream().mapToLong(Integer::longValue).toArray();
        return Nd4j.createUninitialized(DataType.FLOAT, shape);
    }

    Iterable<Entry> all() {
        return entries.values();
    }

    List<Entry> trained() {
        return entries.values().stream().filter(Entry::trained).toList();
    }

    Entry get(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new UsageException("no parameter is called " + name);
        }
        return entry;
    }

    INDArray slot(String name, String slot) {
        INDArray values = get(name).slots.get(slot);
        if (values == null) {
            throw new UsageException("parameter " + name + " has no slot " + slot);
        }
        return values;
    }

    /** The array for a gradient that is added to an earlier one. */
    INDArray added(Entry entry) {
        if (entry.added == null) {
            entry.added = owned(entry.parameter);
        }
        return entry.added;
    }

    long bytes() {
        return owned.stream().mapToLong(array -> array.length() * Float.BYTES).sum();
    }

    @Override
    public void close() {
        owned.forEach(INDArray::close);
        owned.clear();
    }
}
