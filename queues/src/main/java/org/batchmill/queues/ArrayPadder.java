package org.batchmill.queues;

import java.lang.reflect.Array;

/** Pads nested Java arrays of numbers. */
final class ArrayPadder<E> implements Padder<E> {

    private final Class<E> type;
    private final int rank;

    ArrayPadder(Class<E> type) {
        int depth = 0;
        Class<?> component = type;
        for (; component.isArray(); component = component.getComponentType()) {
            depth++;
        }
        if (depth == 0 || !component.isPrimitive() || component == boolean.class) {
            throw new IllegalArgumentException("no array of numbers: " + type.getTypeName());
        }
        this.type = type;
        this.rank = depth;
    }

    @Override
    public int[] shape(E element) {
        int[] shape = new int[rank];
        measure(element, 0, shape);
        return shape;
    }

    private void measure(Object array, int dimension, int[] shape) {
        int length = Array.getLength(array);
        shape[dimension] = Math.max(shape[dimension], length);
        if (dimension + 1 < rank) {
            for (int i = 0; i < length; i++) {
                measure(Array.get(array, i), dimension + 1, shape);
            }
        }
    }

    @Override
    public E pad(E element, int[] shape) {
        return type.cast(copy(element, type, 0, shape));
    }

    private static Object copy(Object from, Class<?> type, int dimension, int[] shape) {
        Class<?> component = type.getComponentType();
        Object to = Array.newInstance(component, shape[dimension]);
        int length = from == null ? 0 : Array.getLength(from);
        if (!component.isArray()) {
            if (from != null) {
                System.arraycopy(from, 0, to, 0, length);
            }
            return to;
        }
        for (int i = 0; i < shape[dimension]; i++) {
            Array.set(to, i, copy(i < length ? Array.get(from, i) : null, component, dimension + 1, shape));
        }
        return to;
    }
}
