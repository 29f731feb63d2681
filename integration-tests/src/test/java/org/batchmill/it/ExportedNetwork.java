package org.batchmill.it;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.batchmill.train.engine.Engines;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;

/** A network with parameters drawn at random, images for it, and what our own engine makes of them. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ExportedNetwork(Network network, Map<String, float[]> parameters, float[] pixels, float[] outputs) {

    /** Samples at a time. */
    static final int ROWS = 2;

    /** The models whose layers the exports can say: those that are chains of layers from before networks branched. */
    static Stream<String> models() {
        Set<String> others = Set.of("googlenet-small", "squeezenet", "mobilenet-v2", "resnet18", "resnet50");
        return Models.names().stream().filter(name -> !others.contains(name));
    }

    /** Draws parameters, among them scales, shifts and rolling values that are not 1 and 0, and pixels from 0 to 255. */
    static ExportedNetwork drawn(Network network, RandomGenerator random) {
        float[] pixels = new float[ROWS * network.timeSteps() * network.input().size()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextInt(256);
        }
        ProgramSpec spec = ProgramSpec.inference(network, ProgramSpec.InputFormat.FLOAT32_NCHW, ROWS);
        try (Program program = Engines.named(Engines.AUTO).compile(spec)) {
            Map<String, float[]> parameters = new LinkedHashMap<>();
            for (Parameter parameter : network.parameters()) {
                float[] values = program.parameter(parameter.name());
                if (parameter.role() != Parameter.Role.WEIGHTS) {
                    for (int i = 0; i < values.length; i++) {
                        values[i] += (float) random.nextDouble(-.3, .3);
                    }
                    program.setParameter(parameter.name(), values);
                }
                parameters.put(parameter.name(), values);
            }
            ByteBuffer input =
                    ByteBuffer.allocateDirect(pixels.length * Float.BYTES).order(ByteOrder.nativeOrder());
            input.asFloatBuffer().put(pixels);
            float[] outputs = new float[ROWS * network.output().size()];
            program.predict(input, ROWS, outputs);
            return new ExportedNetwork(network, parameters, pixels, outputs);
        }
    }

    /** The pixels with channels last. */
    float[] channelsLast() {
        int channels = network.input().channels();
        int plane = network.input().height() * network.input().width();
        float[] ordered = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            int frame = i / (channels * plane);
            int channel = i / plane % channels;
            ordered[(frame * plane + i % plane) * channels + channel] = pixels[i];
        }
        return ordered;
    }

    /** The largest difference to our engine's outputs, relative to the largest of those. */
    double difference(float[] others) {
        if (others.length != outputs.length) {
            throw new AssertionError(others.length + " outputs, not " + outputs.length);
        }
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < outputs.length; i++) {
            largest = Math.max(largest, Math.abs(outputs[i]));
            difference = Math.max(difference, Math.abs(outputs[i] - others[i]));
        }
        return difference / largest;
    }
}
