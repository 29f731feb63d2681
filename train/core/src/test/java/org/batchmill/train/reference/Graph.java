package org.batchmill.train.reference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;

/** The layers of a network, each of which reads what others put out. */
final class Graph {

    private final Network network;
    private final List<JavaLayer> layers = new ArrayList<>();
    private BiConsumer<String, double[]> onOutput = (name, values) -> {};
    private Consumer<Program.Span> spans = span -> {};

    Graph(Network network, Parameters parameters) {
        this.network = network;
        for (Layer layer : network.layers()) {
            layers.add(JavaLayer.of(layer, network, parameters));
        }
    }

    void onOutput(BiConsumer<String, double[]> consumer) {
        this.onOutput = consumer;
    }

    void trace(Consumer<Program.Span> consumer) {
        this.spans = consumer;
    }

    private List<String> read(JavaLayer layer) {
        return network.inputs().get(layer.name);
    }

    double[] forward(double[] in, int rows, JavaLayer.Pass pass) {
        Map<String, double[]> outputs = new HashMap<>();
        outputs.put(Network.INPUT, in);
        double[] last = in;
        for (JavaLayer layer : layers) {
            List<String> read = read(layer);
            int frames = rows * network.frames(read.get(0));
            long start = System.nanoTime();
            last = layer.forward(read.stream().map(outputs::get).toList(), frames, pass);
            span(layer, "forward", start);
            outputs.put(layer.name, last);
            onOutput.accept(layer.name, last);
        }
        return last;
    }

    void backward(double[] outGradient) {
        Map<String, double[]> gradients = new HashMap<>();
        if (!layers.isEmpty()) {
            gradients.put(layers.get(layers.size() - 1).name, outGradient);
        }
        for (int i = layers.size() - 1; i >= 0; i--) {
            JavaLayer layer = layers.get(i);
            long start = System.nanoTime();
            List<double[]> byInputs = layer.backward(gradients.get(layer.name));
            span(layer, "backward", start);
            for (int k = 0; k < byInputs.size(); k++) {
                gradients.merge(read(layer).get(k), byInputs.get(k), Graph::sum);
            }
        }
    }

    private void span(JavaLayer layer, String pass, long start) {
        spans.accept(new Program.Span(layer.name, pass, layer.name, start, System.nanoTime() - start));
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }
}
