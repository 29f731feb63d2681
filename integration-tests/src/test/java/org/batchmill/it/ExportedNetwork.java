package org.batchmill.it;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Engines;
import org.batchmill.train.engine.GraphNetworks;
import org.batchmill.train.engine.LayerNetworks;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.batchmill.train.reference.JavaEngine;

/** A network with parameters drawn at random, images for it, and what our own engine makes of them. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ExportedNetwork(Network network, Map<String, float[]> parameters, float[] pixels, float[] outputs) {

    /** Samples at a time. */
    static final int ROWS = 2;

    /** Small networks around each layer and each variant of it, but those that no other program has. */
    static Map<String, Network> layers() {
        Map<String, Network> networks = LayerNetworks.all();
        networks.putAll(GraphNetworks.all());
        networks.keySet().removeIf(name -> name.startsWith("local "));
        return networks;
    }

    /** The models but those over the layers of another. */
    static Stream<String> models() {
        Set<String> over = Set.of("yolo-v1-resnet18", "yolo-v1-mobilenet-v2");
        return Models.names().stream().filter(name -> !over.contains(name));
    }

    /** Every model of ours, with images that are no larger than it needs. */
    static Network model(String name, Layer.BatchNorm.Rule rule) {
        ModelOptions options = ModelOptions.classes(3).frames(4).batchNorm(rule);
        return Models.byName(name, Models.byName(name, options).isChain() ? options : options.image(40, 40));
    }

    /** Draws parameters, among them scales, shifts and rolling values that are not 1 and 0, and pixels from 0 to 255. */
    static ExportedNetwork drawn(Network network, RandomGenerator random) {
        float[] pixels = new float[ROWS * network.timeSteps() * network.input().size()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextInt(256);
        }
        if (network.layers().stream().anyMatch(Layer.Lengths.class::isInstance)) {
            // The first sample ends in the middle, and nothing is left of the second.
            Arrays.fill(pixels, pixels.length / ROWS / 2, pixels.length, 0);
        }
        ProgramSpec spec = ProgramSpec.inference(network, ProgramSpec.InputFormat.FLOAT32_NCHW, ROWS);
        try (Program program = compiled(spec)) {
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
            float[] outputs = outputs(program, pixels);
            return new ExportedNetwork(network, parameters, pixels, outputs);
        }
    }

    /** What our engine makes of inputs. */
    static float[] predictions(Network network, Map<String, float[]> parameters, float[] inputs) {
        int rows = inputs.length / network.timeSteps() / network.input().size();
        try (Program program = compiled(ProgramSpec.inference(network, ProgramSpec.InputFormat.FLOAT32_NCHW, rows))) {
            parameters.forEach(program::setParameter);
            return outputs(program, inputs);
        }
    }

    /** What another engine makes of the same pixels. */
    float[] on(Engine engine) {
        try (Program program =
                engine.compile(ProgramSpec.inference(network, ProgramSpec.InputFormat.FLOAT32_NCHW, ROWS))) {
            parameters.forEach(program::setParameter);
            return outputs(program, pixels);
        }
    }

    private static float[] outputs(Program program, float[] inputs) {
        ByteBuffer input =
                ByteBuffer.allocateDirect(inputs.length * Float.BYTES).order(ByteOrder.nativeOrder());
        input.asFloatBuffer().put(inputs);
        int rows = program.spec().batchSize();
        float[] outputs = new float[rows * program.spec().network().output().size()];
        program.predict(input, rows, outputs);
        return outputs;
    }

    /** By the engine that the tests have, or the one in plain Java where it lacks a layer. */
    private static Program compiled(ProgramSpec spec) {
        try {
            return Engines.named(Engines.AUTO).compile(spec);
        } catch (UsageException e) {
            return new JavaEngine().compile(spec);
        }
    }

    /** The sizes of the pixels' axes, channels first. */
    long[] axes() {
        Shape input = network.input();
        List<Integer> axes = new ArrayList<>(List.of(ROWS));
        if (network.timeSteps() > 1) {
            axes.add(network.timeSteps());
        }
        axes.addAll(
                input.isVector()
                        ? List.of(input.channels())
                        : List.of(input.channels(), input.height(), input.width()));
        return axes.stream().mapToLong(Integer::longValue).toArray();
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
        return difference(outputs, others);
    }

    /** The largest difference, relative to the largest of the first. */
    static double difference(float[] outputs, float[] others) {
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
