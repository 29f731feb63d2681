package org.batchmill.train.events;

import java.util.List;
import java.util.Map;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.batchmill.train.protobuf.Message;

/**
 * A network as a TensorFlow GraphDef for the graph view: a node a layer, with its output shape, the targets and the loss. It is a drawing,
 * not a program.
 */
final class GraphMessage {

    /** The producer version that today's readers take without migrations. */
    private static final int PRODUCER = 1987;

    private final Message graph = new Message();
    private final Map<String, Shape> shapes;

    private GraphMessage(Network network) {
        this.shapes = network.outputShapes();
    }

    /** @param loss what training makes small; null for none */
    static Message of(Network network, Loss loss) {
        GraphMessage message = new GraphMessage(network);
        message.node(Network.INPUT, "Placeholder", List.of(), network.input());
        for (Layer layer : network.layers()) {
            message.node(
                    layer.name(),
                    layer.getClass().getSimpleName(),
                    network.inputs().get(layer.name()),
                    message.shapes.get(layer.name()));
        }
        if (loss != null) {
            message.loss(network, loss);
        }
        return message.graph.message(4, new Message().integer(1, PRODUCER));
    }

    private void loss(Network network, Loss loss) {
        List<Layer> layers = network.layers();
        String last =
                layers.isEmpty() ? Network.INPUT : layers.get(layers.size() - 1).name();
        String targets = free("targets");
        int targetSize = loss.targetSize(network.output().size());
        node(targets, "Placeholder", List.of(), Shape.vector(Math.max(1, targetSize)));
        node(free("loss"), loss.getClass().getSimpleName(), List.of(last, targets), Shape.vector(1));
    }

    /** A name that no layer and no scope has. */
    private String free(String name) {
        boolean taken = shapes.keySet().stream().anyMatch(layer -> layer.equals(name) || layer.startsWith(name + "/"));
        return taken ? free(name + "_") : name;
    }

    private void node(String name, String operation, List<String> inputs, Shape shape) {
        Message node = new Message().text(1, name).text(2, operation);
        inputs.forEach(input -> node.text(3, input));
        graph.message(1, node.message(5, new Message().text(1, "_output_shapes").message(2, shapes(shape))));
    }

    /** An attribute value that is a list of one shape, whose first dimension, the batch, is open. */
    private static Message shapes(Shape shape) {
        Message dimensions = new Message().message(2, new Message().integer(1, -1));
        int[] sizes = shape.isVector()
                ? new int[] {shape.channels()}
                : new int[] {shape.channels(), shape.height(), shape.width()};
        for (int size : sizes) {
            dimensions.message(2, new Message().integer(1, size));
        }
        return new Message().message(1, new Message().message(7, dimensions));
    }
}
