package org.batchmill.train.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Parameter;

/**
 * The parameters of a program by name, in the order of the network. Its engine fills the entries. Used by one thread at a time.
 *
 * @param <T> the engine's arrays
 * @param <E> its entries
 */
public class ParameterTable<T, E extends ParameterEntry<T>> {

    private final Map<String, E> entries = new LinkedHashMap<>();

    /** @param entry makes the entry of a parameter */
    public ParameterTable(ProgramSpec spec, BiFunction<Parameter, ProgramSpec, E> entry) {
        for (Parameter parameter : spec.network().parameters()) {
            entries.put(parameter.name(), entry.apply(parameter, spec));
        }
    }

    public final List<E> all() {
        return new ArrayList<>(entries.values());
    }

    public final List<E> trained() {
        return entries.values().stream().filter(entry -> entry.trained).toList();
    }

    /** @throws UsageException if no parameter has the name */
    public final E get(String name) {
        E entry = entries.get(name);
        if (entry == null) {
            throw new UsageException("no parameter is called " + name);
        }
        return entry;
    }

    /** @throws UsageException if there is no such parameter, or its optimizer has no such slot */
    public final T slot(String name, String slot) {
        T values = get(name).slots.get(slot);
        if (values == null) {
            throw new UsageException("parameter " + name + " has no slot " + slot);
        }
        return values;
    }
}
