package org.batchmill.train.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Parameter;

/** A case of the golden numbers: weights and inputs from the formula that their README gives. */
final class GoldenCase {

    final JsonNode manifest;

    private GoldenCase(JsonNode manifest) {
        this.manifest = manifest;
    }

    static GoldenCase read(Path folder) throws IOException {
        return new GoldenCase(
                new ObjectMapper().readTree(folder.resolve("manifest.json").toFile()));
    }

    /** r(k), from -.5 to .5. */
    static double r(long k) {
        int h = (int) k;
        h = (h ^ (h >>> 16)) * 0x7feb352d;
        h = (h ^ (h >>> 15)) * 0x846ca68b;
        h = h ^ (h >>> 16);
        return Integer.toUnsignedLong(h) / 4294967296.0 - .5;
    }

    static float input(long k) {
        return (float) (r(k + 1_000_000_000L) + .5);
    }

    /** Direct floats of this native order. */
    static ByteBuffer inputs(int count) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int k = 0; k < count; k++) {
            bytes.putFloat(input(k));
        }
        return bytes.flip();
    }

    /** Weights then biases of each layer, as the stream of the PyTorch cases is ordered. */
    static void fill(Program program) {
        long k = 0;
        for (Parameter parameter : program.spec().network().parameters()) {
            float[] values = new float[parameter.size()];
            boolean weights = parameter.role() == Parameter.Role.WEIGHTS;
            double scale = weights ? 2 * Math.sqrt(3.0 / parameter.fanIn()) : .1;
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (r(k++) * scale);
            }
            program.setParameter(parameter.name(), values);
        }
    }
}
