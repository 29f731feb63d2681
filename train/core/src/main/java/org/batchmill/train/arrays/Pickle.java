package org.batchmill.train.arrays;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pickle of tensors is made of, beside texts, numbers, booleans and {@link #NONE}. Values compare by identity: a hostile pickle may
 * hold one that holds itself.
 */
final class Pickle {

    /** Python's None. */
    static final Object NONE = new Object();

    private Pickle() {}

    /** Names that a pickle may call or mention; no other is known here, and none runs anything. */
    enum Name {
        ORDERED_DICT("collections.OrderedDict"),
        REBUILD_TENSOR("torch._utils._rebuild_tensor"),
        REBUILD_TENSOR_V2("torch._utils._rebuild_tensor_v2"),
        REBUILD_PARAMETER("torch._utils._rebuild_parameter"),
        SIZE("torch.Size"),
        FLOAT("torch.FloatStorage", FloatDecoder.SINGLE, Float.BYTES),
        DOUBLE("torch.DoubleStorage", FloatDecoder.DOUBLE, Double.BYTES),
        HALF("torch.HalfStorage", FloatDecoder.HALF, 2),
        BFLOAT16("torch.BFloat16Storage", FloatDecoder.BFLOAT, 2),
        LONG("torch.LongStorage", null, Long.BYTES),
        INT("torch.IntStorage", null, Integer.BYTES),
        SHORT("torch.ShortStorage", null, Short.BYTES),
        CHAR("torch.CharStorage", null, 1),
        BYTE("torch.ByteStorage", null, 1),
        BOOL("torch.BoolStorage", null, 1);

        final String qualified;
        /** How its numbers lie; null if they are no floating-point numbers. */
        final FloatDecoder decoder;
        /** Bytes of a number; 0 if it is no storage. */
        final int bytes;

        Name(String qualified) {
            this(qualified, null, 0);
        }

        Name(String qualified, FloatDecoder decoder, int bytes) {
            this.qualified = qualified;
            this.decoder = decoder;
            this.bytes = bytes;
        }

        /** Null if there is none such. */
        static Name of(String qualified) {
            for (Name name : values()) {
                if (name.qualified.equals(qualified)) {
                    return name;
                }
            }
            return null;
        }
    }

    /** A tuple. */
    static final class Tuple {
        final List<Object> values;

        Tuple(List<Object> values) {
            this.values = values;
        }
    }

    /** A list. */
    static final class Items {
        final List<Object> values = new ArrayList<>(0);
    }

    /** A dict whose keys are texts or whole numbers; takes no memory before it has a key. */
    static final class Dict {
        private Map<Object, Object> entries = Map.of();

        void put(Object key, Object value) {
            if (entries.isEmpty()) {
                entries = new LinkedHashMap<>();
            }
            entries.put(key, value);
        }

        Map<Object, Object> entries() {
            return entries;
        }
    }

    /**
     * Numbers that lie elsewhere.
     *
     * @param key     names the place
     * @param numbers how many there are
     */
    record Storage(Name type, String key, long numbers) {}

    /**
     * A view of a storage.
     *
     * @param offset  of the first, in numbers
     * @param sizes   of each dimension
     * @param strides from one to the next in each dimension, in numbers
     */
    record Tensor(Storage storage, long offset, List<Long> sizes, List<Long> strides) {}
}
