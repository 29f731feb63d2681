package org.batchmill.engine.torch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.batchmill.engine.torch.device.Cuda;
import org.batchmill.engine.torch.memory.Layouts;
import org.batchmill.engine.torch.memory.Parameters;
import org.batchmill.engine.torch.plan.Autograd;
import org.batchmill.engine.torch.plan.Operation;
import org.batchmill.engine.torch.plan.Pass;
import org.batchmill.train.engine.Program.Span;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.host.Handles;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * The network's layers in order, forward and back. Backward, autograd goes through all of them at once. Where the time of each layer is
 * wanted, or a layer has a gradient of its own, each layer is a graph for itself: the next one reads a tensor that shares the values but
 * came of nothing, and what gathers in that tensor's gradient goes on into the layer. The numbers are the same.
 */
final class Layers {

    private record Compiled(Layer layer, List<String> inputs, Operation operation) {}

    /** A layer whose graph ends where it ends: what came out, and what the others read. */
    private record Piece(Compiled compiled, Tensor output, Tensor read) {}

    private final ProgramSpec spec;
    private final List<Compiled> layers = new ArrayList<>();
    private final boolean apart;
    private final List<Piece> pieces = new ArrayList<>();
    private final Runnable wait;
    /** Where the gradients of all layers before this one end, by layer; of all of them at last. */
    private final long[] gradientEnds;

    Layers(ProgramSpec spec, Parameters parameters, Device device, boolean channelsLast, Handles<Pointer> handles) {
        this.spec = spec;
        Network network = spec.network();
        Map<String, Shape> shapes = new HashMap<>(network.outputShapes());
        shapes.put(Network.INPUT, network.input());
        for (Layer layer : network.layers()) {
            List<String> inputs = network.inputs().get(layer.name());
            List<Shape> in = inputs.stream().map(shapes::get).toList();
            Shape out = shapes.get(layer.name());
            Operation operation = layer.accept(
                    new NetworkCompiler(spec, parameters, channelsLast, handles, in, out, mayOverwrite(inputs.get(0))));
            layers.add(new Compiled(layer, inputs, operation));
        }
        this.apart = spec.training() && layers.stream().anyMatch(each -> each.operation.hasOwnGradient());
        this.gradientEnds = gradientEnds(network, parameters);
        this.wait = Cuda.waitFor(device);
    }

    private static long[] gradientEnds(Network network, Parameters parameters) {
        long[] ends = new long[network.layers().size() + 1];
        for (int i = 1; i < ends.length; i++) {
            ends[i] = Math.max(
                    ends[i - 1],
                    parameters.gradientEnd(network.layers().get(i - 1).name()));
        }
        return ends;
    }

    /** Whether one layer alone reads an input, and whoever made that has no further need of it. */
    private boolean mayOverwrite(String input) {
        return spec.network().readers().get(input).size() == 1
                && layers.stream()
                        .filter(before -> before.layer.name().equals(input))
                        .noneMatch(before -> before.operation.needsOutput());
    }

    /** Whether each layer of a training pass is a graph for itself. */
    boolean cuts(Consumer<Span> spans) {
        return apart || spans != null;
    }

    /**
     * Runs all layers.
     *
     * @param observer takes the output of each, by its name
     * @param spans    takes the time of each; null for nobody
     * @return the last one's output, [rows][outputSize]
     */
    Tensor forward(Tensor input, Pass pass, BiConsumer<String, Tensor> observer, Consumer<Span> spans) {
        boolean cut = !pass.inPlace();
        pieces.clear();
        Map<String, Tensor> outputs = new HashMap<>();
        outputs.put(Network.INPUT, input);
        Tensor last = input;
        for (Compiled each : layers) {
            List<Tensor> inputs = each.inputs.stream().map(outputs::get).toList();
            long start = System.nanoTime();
            Tensor output = cut && each.operation.hasOwnGradient()
                    ? withoutGraph(() -> each.operation.forward(pass, inputs))
                    : each.operation.forward(pass, inputs);
            finish(each.layer.name(), "forward", each.operation, start, spans);
            observer.accept(each.layer.name(), output);
            last = output;
            if (cut) {
                boolean differentiable = output.requires_grad() || each.operation.hasOwnGradient();
                last = output.detach().set_requires_grad(differentiable);
                pieces.add(new Piece(each, output, last));
            }
            outputs.put(each.layer.name(), last);
        }
        return Layouts.vector(last).reshape(pass.rows(), spec.network().output().size());
    }

    @SuppressWarnings("try") // the guard is there to be closed
    private static Tensor withoutGraph(java.util.function.Supplier<Tensor> work) {
        try (org.bytedeco.pytorch.NoGradGuard guard = new org.bytedeco.pytorch.NoGradGuard()) {
            return work.get();
        }
    }

    /**
     * Goes on, after what {@link #forward} returned has its gradient, through layers that are graphs for themselves.
     *
     * @param finalFrom told behind each of them from where on the block of gradients is final
     */
    void backward(Consumer<Span> spans, LongConsumer finalFrom) {
        for (int i = pieces.size() - 1; i >= 0; i--) {
            Piece piece = pieces.get(i);
            Tensor gradient = piece.read.requires_grad() ? piece.read.grad() : null;
            if (gradient != null && gradient.defined()) {
                long start = System.nanoTime();
                if (piece.compiled.operation.hasOwnGradient()) {
                    piece.compiled.operation.backward(gradient);
                } else {
                    Autograd.back(piece.output, gradient);
                }
                finish(piece.compiled.layer.name(), "backward", piece.compiled.operation, start, spans);
            }
            if (gradientEnds[i] < gradientEnds[i + 1]) {
                finalFrom.accept(gradientEnds[i]);
            }
        }
        pieces.clear();
    }

    private void finish(String layer, String pass, Operation operation, long start, Consumer<Span> spans) {
        if (spans != null) {
            wait.run();
            spans.accept(new Span(layer, pass, operation.describe(), start, System.nanoTime() - start));
        }
    }

    /** For people: a line for each layer. */
    List<String> lines() {
        Map<String, Shape> shapes = spec.network().outputShapes();
        return layers.stream()
                .map(each -> each.layer.name() + ": " + each.operation.describe() + " of "
                        + String.join(", ", each.inputs) + " to " + shapes.get(each.layer.name()))
                .toList();
    }
}
