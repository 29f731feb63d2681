package org.batchmill.train.darknet;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.batchmill.records.DataException;
import org.batchmill.train.loss.YoloV1Grid;
import org.batchmill.train.loss.YoloV1Loss;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;

/** Builds a network from the sections of a configuration, as the reference program's own parser does. Used once. */
final class ConfigReader {

    private final ConfigFile file;
    private final List<Layer> layers = new ArrayList<>();
    /** Where the section begins that is read. */
    private int line;

    private Shape input;
    private Shape shape;
    private int convolutions;
    private int pools;
    private int locals;
    private int denses;
    private int dropouts;
    private ConfigFile.Section crop;
    private ConfigFile.Section detection;
    private YoloV1Loss loss;

    ConfigReader(ConfigFile file) {
        this.file = file;
    }

    DarknetConfig read() throws DataException {
        List<ConfigFile.Section> sections = file.sections();
        if (sections.isEmpty()
                || !List.of("net", "network").contains(sections.get(0).type())) {
            throw new DataException(DataException.Kind.CORRUPT, file.name(), "does not begin with [net]");
        }
        ConfigFile.Section net = sections.get(0);
        line = net.line();
        input = new Shape(net.integer("channels", 3, 1), net.integer("height", 0, 1), net.integer("width", 0, 1));
        shape = input;
        boolean cropped = sections.size() > 1 && sections.get(1).type().equals("crop");
        // A crop layer brings pixels to -1..1 unless told otherwise; without it they stay in 0..1.
        boolean centred = cropped && sections.get(1).integer("noadjust", 0) == 0;
        add(new Layer.InputScale("scale", centred ? 2 / 255f : 1 / 255f, centred ? -1 : 0));
        for (ConfigFile.Section section : sections.subList(1, sections.size())) {
            line = section.line();
            if (detection != null) {
                throw section.unsupported("", "[" + section.type() + "] behind [detection]");
            }
            layer(section);
        }
        Network network = new Network(name(), input, layers);
        return new DarknetConfig(
                network, Optional.ofNullable(loss), TrainingOptions.read(net, crop, detection), file.unused());
    }

    private String name() {
        String last = Path.of(file.name()).getFileName().toString();
        return last.endsWith(".cfg") ? last.substring(0, last.length() - 4) : last;
    }

    private void layer(ConfigFile.Section section) throws DataException {
        switch (section.type()) {
            case "convolutional", "conv" -> convolutional(section);
            case "maxpool", "max" -> maxPool(section);
            case "avgpool", "avg" ->
                add(new Layer.AveragePool(
                        "pool" + ++pools,
                        shape.height(),
                        shape.width(),
                        shape.height(),
                        shape.width(),
                        Padding.valid()));
            case "local" -> local(section);
            case "connected", "conn" -> connected(section);
            case "dropout" -> add(new Layer.Dropout("dropout" + ++dropouts, section.decimal("probability", .5)));
            case "crop" -> crop(section);
            case "detection" -> detection(section);
            default -> throw section.unsupported("", "a layer [" + section.type() + "]");
        }
    }

    /** Adds a layer, with a data error where it does not fit the one before. */
    private void add(Layer layer) throws DataException {
        layers.add(layer);
        try {
            // Of this layer alone: to infer all of them again for each would take a time that grows with their square.
            Network alone = new Network("configuration", shape, List.of(layer));
            shape = alone.output();
            alone.trainableCount(); // throws where parameters are more than an array holds
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new DataException(DataException.Kind.CORRUPT, file.name() + ": line " + line, e.getMessage(), e);
        }
    }

    private void convolutional(ConfigFile.Section section) throws DataException {
        for (String key : List.of("binary", "xnor", "flipped")) {
            section.requireZero(key);
        }
        if (section.integer("groups", 1) != 1) {
            throw section.unsupported("groups", "[convolutional] with groups");
        }
        int size = section.integer("size", 1, 1);
        int stride = section.integer("stride", 1, 1);
        int padding = section.integer("pad", 0) != 0 ? size / 2 : section.integer("padding", 0, 0);
        boolean norm = section.integer("batch_normalize", 0) != 0;
        String name = "conv" + ++convolutions;
        add(Layer.Conv2d.square(
                name,
                section.integer("filters", 1, 1),
                size,
                stride,
                padding == 0 ? Padding.valid() : Padding.explicit(padding),
                !norm));
        normAndActivation(section, name, norm, "logistic");
    }

    /** The reference takes {@code pad} for pixels where it reads and for half a kernel where it counts: they must agree. */
    private void local(ConfigFile.Section section) throws DataException {
        int size = section.integer("size", 1, 1);
        int padding = section.integer("pad", 0, 0);
        if (padding != 0 && size != 2 * padding + 1) {
            throw section.unsupported("pad", "[local] whose pad is not half of its size");
        }
        String name = "local" + ++locals;
        add(Layer.LocallyConnected2d.square(
                name,
                section.integer("filters", 1, 1),
                size,
                section.integer("stride", 1, 1),
                padding == 0 ? Padding.valid() : Padding.explicit(padding),
                true));
        normAndActivation(section, name, false, "logistic");
    }

    private void connected(ConfigFile.Section section) throws DataException {
        boolean norm = section.integer("batch_normalize", 0) != 0;
        String name = "dense" + ++denses;
        add(new Layer.Dense(
                name, section.integer("output", 1, 1), !norm, Initializer.DARKNET_CONNECTED, Initializer.ZEROS));
        normAndActivation(section, name, norm, "logistic");
    }

    private void normAndActivation(ConfigFile.Section section, String layer, boolean norm, String otherwise)
            throws DataException {
        if (norm) {
            add(new Layer.BatchNorm(layer + "-norm", .99f, 1e-5f, Layer.BatchNorm.Rule.DARKNET));
        }
        String activation = section.text("activation", otherwise);
        Layer.Activation function =
                switch (activation) {
                    case "linear" -> null;
                    case "leaky" -> new Layer.Activation(layer + "-leaky", ActivationFunction.LEAKY_RELU, .1f);
                    case "relu" -> new Layer.Activation(layer + "-relu", ActivationFunction.RELU, 0);
                    case "elu" -> new Layer.Activation(layer + "-elu", ActivationFunction.ELU, 1);
                    case "tanh" -> new Layer.Activation(layer + "-tanh", ActivationFunction.TANH, 0);
                    case "logistic" -> new Layer.Activation(layer + "-sigmoid", ActivationFunction.SIGMOID, 0);
                    default -> throw section.unsupported("activation", "activation " + activation);
                };
        if (function != null) {
            add(function);
        }
    }

    private void maxPool(ConfigFile.Section section) throws DataException {
        int stride = section.integer("stride", 1, 1);
        int size = section.integer("size", stride, 1);
        int padding = section.integer("padding", size - 1, 0);
        boolean fits = size == stride && shape.height() % size == 0 && shape.width() % size == 0;
        int before = padding / 2;
        add(new Layer.MaxPool(
                "pool" + ++pools,
                size,
                size,
                stride,
                stride,
                // The reference pads even where no window reaches the padding.
                fits && before == 0
                        ? Padding.valid()
                        : new Padding.Explicit(before, before, padding - before, padding - before)));
    }

    private void crop(ConfigFile.Section section) throws DataException {
        if (layers.size() > 1) {
            throw section.unsupported("", "[crop] that is not the first layer");
        }
        section.requireZero("angle");
        section.integer("noadjust", 0);
        if (section.integer("crop_height", input.height(), 1) != input.height()
                || section.integer("crop_width", input.width(), 1) != input.width()) {
            throw section.unsupported("crop_height", "[crop] to another size than that of [net]");
        }
        crop = section;
    }

    private void detection(ConfigFile.Section section) throws DataException {
        for (String key : List.of("softmax", "forced", "random", "reorg")) {
            section.requireZero(key);
        }
        if (section.integer("coords", 1) != 4) {
            throw section.unsupported("coords", "[detection] with other than 4 coords");
        }
        YoloV1Grid grid = new YoloV1Grid(
                section.integer("side", 7, 1),
                section.integer("num", 1, 1),
                section.integer("classes", 1, 1),
                YoloV1Grid.Order.CELLS);
        // As doubles: a side or a number of classes may be such that an int or a long does not hold the product.
        double wanted = (double) grid.side() * grid.side() * (grid.classes() + 5d * grid.boxes());
        if (shape.size() != wanted) {
            throw section.error(
                    "",
                    String.format(
                            Locale.ROOT,
                            "[detection] wants %.0f values, the layer before gives %d",
                            wanted,
                            shape.size()));
        }
        detection = section;
        loss = new YoloV1Loss(
                grid,
                section.decimal("object_scale", 1),
                section.decimal("noobject_scale", 1),
                section.decimal("class_scale", 1),
                section.decimal("coord_scale", 1),
                section.integer("rescore", 0) != 0,
                section.integer("sqrt", 0) != 0);
    }
}
