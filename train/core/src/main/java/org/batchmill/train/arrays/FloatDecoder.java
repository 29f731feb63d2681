package org.batchmill.train.arrays;

import java.nio.ByteBuffer;

/** How a number lies in a file. */
enum FloatDecoder {
    HALF(2) {
        @Override
        float next(ByteBuffer bytes) {
            return halfToFloat(bytes.getShort());
        }
    },
    BFLOAT(2) {
        @Override
        float next(ByteBuffer bytes) {
            return Float.intBitsToFloat(bytes.getShort() << 16);
        }
    },
    SINGLE(4) {
        @Override
        float next(ByteBuffer bytes) {
            return bytes.getFloat();
        }
    },
    DOUBLE(8) {
        @Override
        float next(ByteBuffer bytes) {
            return (float) bytes.getDouble();
        }
    };

    final int size;

    FloatDecoder(int size) {
        this.size = size;
    }

    abstract float next(ByteBuffer bytes);

    /** IEEE 754 binary16; the JDK has it from 20 on. */
    static float halfToFloat(short half) {
        int exponent = half >> 10 & 0x1f;
        int fraction = half & 0x3ff;
        float magnitude;
        if (exponent == 0x1f) {
            magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            magnitude = fraction * 0x1p-24f;
        } else {
            magnitude = Math.scalb(1 + fraction * 0x1p-10f, exponent - 15);
        }
        return half < 0 ? -magnitude : magnitude;
    }
}
