package org.batchmill.train.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;
import org.batchmill.train.network.Shape;

/** What the tests of engines make their inputs with. */
final class EngineFixture {

    private EngineFixture() {}

    static ByteBuffer buffer(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    static ByteBuffer buffer(byte[] values) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(values.length).order(ByteOrder.nativeOrder());
        bytes.put(0, values);
        return bytes;
    }

    static float[] normal(RandomGenerator random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }

    /** [rows][channels][pixels] as [rows][pixels][channels]. */
    static float[] channelsLast(float[] values, Shape shape) {
        int pixels = shape.height() * shape.width();
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int pixel = i % pixels;
            int c = i / pixels % shape.channels();
            int row = i / shape.size();
            result[row * shape.size() + pixel * shape.channels() + c] = values[i];
        }
        return result;
    }
}
