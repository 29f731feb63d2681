package org.batchmill.engine.onednn.memory;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.LongPointer;

/** Descriptions of memory: type, dimensions and the order of the values. */
public final class Layout {

    public static final memory.data_type FLOAT32 = memory.data_type.f32;
    public static final memory.data_type BFLOAT16 = memory.data_type.bf16;

    private Layout() {}

    /** Float32, rows first, nothing between the values: the canonical layout. */
    public static memory.desc plain(long... dimensions) {
        return plain(FLOAT32, dimensions);
    }

    public static memory.desc plain(memory.data_type type, long... dimensions) {
        long[] strides = new long[dimensions.length];
        long stride = 1;
        for (int i = dimensions.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= dimensions[i];
        }
        return strided(type, dimensions, strides);
    }

    public static memory.desc strided(memory.data_type type, long[] dimensions, long[] strides) {
        try (LongPointer dims = new LongPointer(dimensions);
                LongPointer steps = new LongPointer(strides)) {
            return new memory.desc(dims, type, steps);
        }
    }

    /** Images with their channels side by side: rows, height, width, channels. The dimensions come in oneDNN's order. */
    public static memory.desc channelsLast(memory.data_type type, long... dimensions) {
        long channels = dimensions[1];
        long width = dimensions[3];
        return strided(type, dimensions, new long[] {channels * dimensions[2] * width, 1, channels * width, channels});
    }

    /** The layout that the primitive likes best. */
    public static memory.desc any(memory.data_type type, long... dimensions) {
        return new memory.desc(dimensions, type, memory.format_tag.any);
    }

    /** Memory without a shape. */
    public static memory.desc bytes(long count) {
        return new memory.desc(new long[] {count}, memory.data_type.u8, memory.format_tag.a);
    }

    /** No memory: a primitive without biases. */
    public static memory.desc none() {
        return new memory.desc();
    }

    static long[] dimensions(memory.desc layout) {
        return longs(layout.get_dims(), layout.get_ndims());
    }

    public static memory.data_type type(memory.desc layout) {
        return layout.get_data_type().intern();
    }

    /** Whether the values lie in canonical order without gaps. Axes of one value may have any stride. */
    public static boolean isPlain(memory.desc layout) {
        if (layout.get_format_kind().intern() != memory.format_kind.blocked || layout.get_inner_nblks() != 0) {
            return false;
        }
        long[] dimensions = dimensions(layout);
        long[] strides = longs(layout.get_strides(), dimensions.length);
        long stride = 1;
        for (int i = dimensions.length - 1; i >= 0; i--) {
            if (dimensions[i] != 1 && strides[i] != stride) {
                return false;
            }
            stride *= dimensions[i];
        }
        return true;
    }

    /** Values of the largest block of any axis; 1 without blocks. */
    public static long largestBlock(memory.desc layout) {
        if (layout.get_format_kind().intern() != memory.format_kind.blocked) {
            return 1;
        }
        return LongStream.of(longs(layout.get_inner_blks(), layout.get_inner_nblks()))
                .reduce(1, Math::max);
    }

    public static long count(memory.desc layout) {
        return LongStream.of(dimensions(layout)).reduce(1, Math::multiplyExact);
    }

    private static long[] longs(LongPointer pointer, int count) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = pointer.get(i);
        }
        return values;
    }

    /**
     * In oneDNN's words: {@code f32 8x16x224x224 aBcd16b}. Axes are letters from a in the order of their strides, capitals where the
     * axis is blocked, and then the blocks.
     */
    public static String text(memory.desc layout) {
        long[] dimensions = dimensions(layout);
        String shape = LongStream.of(dimensions).mapToObj(Long::toString).collect(Collectors.joining("x"));
        return type(layout).name() + " " + shape + " " + order(layout, dimensions);
    }

    private static String order(memory.desc layout, long[] dimensions) {
        if (layout.get_format_kind().intern() != memory.format_kind.blocked) {
            return "packed";
        }
        long[] strides = longs(layout.get_strides(), dimensions.length);
        int blocks = layout.get_inner_nblks();
        long[] sizes = longs(layout.get_inner_blks(), blocks);
        long[] axes = longs(layout.get_inner_idxs(), blocks);
        boolean[] blocked = new boolean[dimensions.length];
        LongStream.of(axes).forEach(axis -> blocked[(int) axis] = true);
        StringBuilder text = new StringBuilder();
        Integer[] order = new Integer[dimensions.length];
        Arrays.setAll(order, i -> i);
        // An axis of one value has no place of its own: it keeps its rank.
        Arrays.sort(order, (x, y) -> Long.compare(strides[y], strides[x]));
        for (int axis : order) {
            text.append((char) ((blocked[axis] ? 'A' : 'a') + axis));
        }
        for (int i = 0; i < blocks; i++) {
            text.append(sizes[i]).append((char) ('a' + axes[i]));
        }
        return text.toString();
    }
}
