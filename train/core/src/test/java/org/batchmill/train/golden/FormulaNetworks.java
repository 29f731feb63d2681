package org.batchmill.train.golden;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;

/** The networks of the golden cases. Where they are our models, these read values from 0 to 1 instead of bytes. */
public final class FormulaNetworks {

    private FormulaNetworks() {}

    public static Network tinyYolo() {
        return reading(Models.byName("yolo-v1-tiny", ModelOptions.classes(20)), 2, -1);
    }

    public static Network pilotNet() {
        return reading(Models.byName("pilotnet", ModelOptions.classes(1)), 2, -1);
    }

    /** Without dropout; the strong variant of response norm has an alpha of .5. */
    public static Network digits(String golden) {
        String model =
                switch (golden) {
                    case "mnist-cnn" -> "digits-cnn";
                    case "mnist-cnn-batchnorm" -> "digits-cnn-bn";
                    default -> "digits-cnn-lrn";
                };
        Network network = reading(Models.byName(model, ModelOptions.classes(10)), 1, 0);
        List<Layer> layers = new ArrayList<>();
        for (Layer layer : network.layers()) {
            if (layer instanceof Layer.LocalResponseNorm norm && golden.endsWith("strong")) {
                layers.add(new Layer.LocalResponseNorm(norm.name(), norm.size(), .5f, norm.beta(), norm.bias()));
            } else if (!(layer instanceof Layer.Dropout)) {
                layers.add(layer);
            }
        }
        return new Network(network.name(), network.input(), layers);
    }

    private static Network reading(Network network, float multiply, float add) {
        List<Layer> layers = new ArrayList<>(network.layers());
        layers.set(0, new Layer.InputScale("scale", multiply, add));
        return new Network(network.name(), network.input(), layers);
    }

    /** The small network of darknet's training cases. */
    public static Network darknetTraining(boolean batchNorm) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            layers.add(Layer.Conv2d.square("conv" + i, 4 << i, 3, 1, Padding.same(), !batchNorm));
            if (batchNorm) {
                layers.add(new Layer.BatchNorm("norm" + i, .99f, 1e-5f, Layer.BatchNorm.Rule.DARKNET));
            }
            layers.add(new Layer.Activation("leaky" + i, ActivationFunction.LEAKY_RELU, .1f));
            layers.add(new Layer.MaxPool("pool" + i, 2, 2, 2, 2, Padding.valid()));
        }
        layers.add(new Layer.Dense("dense1", 128, true, Initializer.HE_NORMAL, Initializer.ZEROS));
        layers.add(new Layer.Activation("leaky4", ActivationFunction.LEAKY_RELU, .1f));
        layers.add(new Layer.Dense("dense2", 126, true, Initializer.HE_NORMAL, Initializer.ZEROS));
        return new Network("darknet-training", new Shape(3, 64, 64), layers);
    }

    /** The tensors after five steps that are kept as test resources, by darknet's names. */
    public static List<String> darknetFacts(boolean batchNorm) {
        List<String> names = new ArrayList<>(List.of("conv1.weights", "conv3.biases", "connected1.biases"));
        if (batchNorm) {
            names.addAll(List.of("conv2.rolling_mean", "conv2.rolling_variance", "conv3.scales"));
        }
        return names;
    }

    /** Our name of a darknet tensor. */
    public static String ourName(Network network, String darknet) {
        String layer = darknet.substring(0, darknet.indexOf('.')).replace("connected", "dense");
        String tensor = darknet.substring(darknet.indexOf('.') + 1);
        String norm = layer.replace("conv", "norm");
        boolean normalized =
                network.layers().stream().anyMatch(each -> each.name().equals(norm) && !norm.equals(layer));
        return switch (tensor) {
            case "biases" -> normalized ? norm + "/beta" : layer + "/biases";
            case "scales" -> norm + "/gamma";
            case "rolling_mean" -> norm + "/mean";
            case "rolling_variance" -> norm + "/variance";
            default -> layer + "/" + tensor;
        };
    }

    /** The layers whose outputs are darknet's layers' outputs: those with an activation end with it. */
    public static List<String> darknetLayers(Network network) {
        List<String> names = new ArrayList<>();
        List<Layer> layers = network.layers();
        for (int i = 0; i < layers.size(); i++) {
            boolean activated = i + 1 < layers.size() && layers.get(i + 1) instanceof Layer.Activation;
            if (!activated) {
                names.add(layers.get(i).name());
            }
        }
        return names;
    }

    /** Our layer of a PyTorch case's: {@code conv1+relu} is {@code conv1-relu}. */
    public static String torchLayer(String name) {
        return name.replace(" (logits)", "").replace('+', '-');
    }
}
