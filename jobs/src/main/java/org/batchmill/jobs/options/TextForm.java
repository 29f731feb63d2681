package org.batchmill.jobs.options;

import org.batchmill.records.UsageException;

/**
 * How values of a type are written as text. Implementations have a constructor without parameters and no state.
 *
 * @param <T> the type of the value
 */
public interface TextForm<T> {

    /**
     * Reads a value.
     *
     * @throws UsageException if the text is none; the message says what is possible, without the option's name
     */
    T parse(String text);

    /** What {@link #parse} reads back, as it stands in a YAML file: a text, a number or a truth value. */
    default Object write(T value) {
        return value.toString();
    }

    /** Stands for the form that follows from the field's type. */
    final class OfType implements TextForm<Object> {
        @Override
        public Object parse(String text) {
            throw new UnsupportedOperationException("the field's type has a form of its own");
        }
    }
}
