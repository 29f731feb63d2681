package org.batchmill.queues;

import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Objects;

/**
 * The type and shape of one component of a {@link Tuple}. A component of rank 0 is a value: a boxed number or boolean, or a text; one of
 * a higher rank is a nested array of it, {@code float[][]} for rank 2. Immutable.
 */
public final class Component {

    /** A size that may differ from element to element. */
    public static final int FREE = -1;

    private final String name;
    private final Class<?> type;
    private final int[] shape;

    private Component(String name, Class<?> type, int[] shape) {
        this.name = Objects.requireNonNull(name, "name");
        this.type = type;
        this.shape = shape;
    }

    /**
     * Describes a component.
     *
     * @param type  a primitive type or {@code String.class}
     * @param shape the size in each dimension, {@link #FREE} where it may differ; nothing for a single value
     */
    public static Component of(String name, Class<?> type, int... shape) {
        if ((!type.isPrimitive() && type != String.class) || type == void.class) {
            throw new IllegalArgumentException(name + ": a component is of a primitive type or of String, not " + type);
        }
        for (int size : shape) {
            if (size < FREE) {
                throw new IllegalArgumentException(name + ": a size is 0 or more, or free, not " + size);
            }
        }
        return new Component(name, type, shape.clone());
    }

    public String name() {
        return name;
    }

    /** The number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** Whether every element has the same size. */
    public boolean isFixed() {
        return Arrays.stream(shape).noneMatch(size -> size == FREE);
    }

    /**
     * Refuses what is not of this type and shape.
     *
     * @throws IllegalArgumentException naming the component and what was wanted
     */
    void check(Object value, String where) {
        Class<?> wanted = rank() == 0 ? wrapper(type) : arrayType(rank());
        if (!wanted.isInstance(value)) {
            throw new IllegalArgumentException(where + ": component " + this + " is not "
                    + (value == null ? "null" : value.getClass().getSimpleName()));
        }
        checkSizes(value, 0, where);
    }

    private void checkSizes(Object value, int dimension, String where) {
        if (dimension == shape.length) {
            return;
        }
        int length = Array.getLength(value);
        if (shape[dimension] != FREE && length != shape[dimension]) {
            throw new IllegalArgumentException(
                    where + ": component " + this + " has not " + length + " in dimension " + dimension);
        }
        for (int i = 0; i < length && dimension + 1 < shape.length; i++) {
            checkSizes(Array.get(value, i), dimension + 1, where);
        }
    }

    /**
     * Values of several elements as one array with a dimension more, in front. Free dimensions are padded to the largest among them,
     * with zeros, false or empty texts.
     */
    Object stack(Object[] values) {
        int[] largest = shape.clone();
        for (Object value : values) {
            measure(value, 0, largest);
        }
        for (int i = 0; i < largest.length; i++) {
            largest[i] = Math.max(0, largest[i]);
        }
        Object all = Array.newInstance(arrayType(rank()), values.length);
        for (int i = 0; i < values.length; i++) {
            Array.set(all, i, rank() == 0 ? values[i] : padded(values[i], 0, largest));
        }
        return all;
    }

    private static void measure(Object value, int dimension, int[] largest) {
        if (dimension == largest.length) {
            return;
        }
        int length = Array.getLength(value);
        largest[dimension] = Math.max(largest[dimension], length);
        for (int i = 0; i < length && dimension + 1 < largest.length; i++) {
            measure(Array.get(value, i), dimension + 1, largest);
        }
    }

    private Object padded(Object from, int dimension, int[] largest) {
        Object to = Array.newInstance(arrayType(rank() - dimension - 1), largest[dimension]);
        int length = from == null ? 0 : Array.getLength(from);
        boolean last = dimension + 1 == largest.length;
        for (int i = 0; i < largest[dimension]; i++) {
            if (!last) {
                Array.set(to, i, padded(i < length ? Array.get(from, i) : null, dimension + 1, largest));
            } else if (i < length) {
                Array.set(to, i, Array.get(from, i));
            } else if (type == String.class) {
                Array.set(to, i, "");
            }
        }
        return to;
    }

    /** Whether it is one value of this type. */
    boolean isSingle(Class<?> its) {
        return rank() == 0 && type == its;
    }

    /** Arrays of this many dimensions; the type itself for none. */
    private Class<?> arrayType(int dimensions) {
        Class<?> array = type;
        for (int i = 0; i < dimensions; i++) {
            array = array.arrayType();
        }
        return array;
    }

    private static Class<?> wrapper(Class<?> type) {
        return type.isPrimitive() ? MethodType.methodType(type).wrap().returnType() : type;
    }

    /** {@code image: float[28][?]}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name + ": " + type.getSimpleName());
        for (int size : shape) {
            text.append('[').append(size == FREE ? "?" : Integer.toString(size)).append(']');
        }
        return text.toString();
    }
}
