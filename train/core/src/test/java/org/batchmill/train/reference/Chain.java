package org.batchmill.train.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** Layers one behind the other. */
final class Chain {

    private final List<JavaLayer> layers = new ArrayList<>();
    private final int timeSteps;
    private BiConsumer<String, double[]> onOutput = (name, values) -> {};
    private Consumer<Program.Span> spans = span -> {};

    Chain(List<Layer> described, Shape in, Map<String, Shape> shapes, Parameters parameters, int timeSteps) {
        this.timeSteps = timeSteps;
        Shape shape = in;
        for (Layer layer : described) {
            layers.add(JavaLayer.of(layer, shape, shapes, parameters, timeSteps));
            shape = shapes.get(layer.name());
        }
    }

    void onOutput(BiConsumer<String, double[]> consumer) {
        this.onOutput = consumer;
        for (JavaLayer layer : layers) {
            if (layer instanceof Residual residual) {
                residual.chains().forEach(chain -> chain.onOutput(consumer));
            }
        }
    }

    void trace(Consumer<Program.Span> consumer) {
        this.spans = consumer;
    }

    double[] forward(double[] in, int rows, JavaLayer.Pass pass) {
        double[] values = in;
        int frames = rows * timeSteps;
        for (JavaLayer layer : layers) {
            long start = System.nanoTime();
            values = layer.forward(values, frames, pass);
            if (layer instanceof Lstm) {
                frames = rows;
            }
            spans.accept(new Program.Span(layer.name, "forward", layer.name, start, System.nanoTime() - start));
            onOutput.accept(layer.name, values);
        }
        return values;
    }

    double[] backward(double[] outGradient) {
        double[] gradient = outGradient;
        for (int i = layers.size() - 1; i >= 0; i--) {
            long start = System.nanoTime();
            gradient = layers.get(i).backward(gradient);
            spans.accept(new Program.Span(
                    layers.get(i).name, "backward", layers.get(i).name, start, System.nanoTime() - start));
        }
        return gradient;
    }
}
