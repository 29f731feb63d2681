package org.batchmill.jobs.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.batchmill.records.UsageException;
import org.batchmill.train.darknet.DarknetConfig;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.detection.YoloV1TruthEncoder;
import org.batchmill.train.loss.YoloV1Loss;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.task.ClassificationTask;
import org.batchmill.train.task.SteeringTask;
import org.batchmill.train.task.TableTask;
import org.batchmill.train.task.Task;

/**
 * What {@code --model} names: a model of ours, or a configuration of the reference program.
 *
 * @param task   what the model is for
 * @param recipe that of a configuration
 * @param unused keys of a configuration that mean nothing here, with their lines
 */
public record NamedModel(Network network, Task task, Optional<Recipe> recipe, List<String> unused) {

    private static final String CONFIGURATION = ".cfg";

    private static final List<String> DIGITS = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

    /** The order in which the reference program knows PASCAL VOC's classes. */
    private static final List<String> VOC = List.of(
            "aeroplane",
            "bicycle",
            "bird",
            "boat",
            "bottle",
            "bus",
            "car",
            "cat",
            "chair",
            "cow",
            "diningtable",
            "dog",
            "horse",
            "motorbike",
            "person",
            "pottedplant",
            "sheep",
            "sofa",
            "train",
            "tvmonitor");

    static boolean isConfiguration(String model) {
        return model.endsWith(CONFIGURATION);
    }

    /**
     * Builds the model.
     *
     * @param model   a name or a path that ends in .cfg
     * @param classes names in the order of the outputs; empty for PASCAL VOC's or the ten digits
     * @param rule    of batch norms in models that have names; a configuration has the reference's
     * @throws UsageException if there is no such model, or the classes do not fit it
     */
    public static NamedModel of(String model, List<String> classes, Layer.BatchNorm.Rule rule) throws IOException {
        if (isConfiguration(model)) {
            return configuration(Path.of(model), classes);
        }
        String family = model.contains("-") ? model.substring(0, model.indexOf('-')) : model;
        List<String> known = classesOf(family, classes);
        Network network = Models.byName(
                model, ModelOptions.classes(Math.max(1, known.size())).batchNorm(rule));
        Task task =
                switch (family) {
                    case "yolo" -> DetectionTask.of(network, known);
                    case "digits" -> new ClassificationTask(known);
                    case "pilotnet" -> new SteeringTask(0);
                    case "line" -> new TableTask(TableTask.Target.NUMBERS);
                    default -> new TableTask(TableTask.Target.BINARY_LOGITS);
                };
        return new NamedModel(network, task, Optional.empty(), List.of());
    }

    private static List<String> classesOf(String family, List<String> asked) {
        if (!asked.isEmpty()) {
            return asked;
        }
        return switch (family) {
            case "yolo" -> VOC;
            case "digits" -> DIGITS;
            default -> List.of();
        };
    }

    private static NamedModel configuration(Path file, List<String> asked) throws IOException {
        DarknetConfig config = DarknetConfig.read(file);
        YoloV1Loss loss = config.loss()
                .orElseThrow(() -> new UsageException(file + " has no [detection] layer: it is no detector"));
        List<String> classes = asked.isEmpty() ? VOC : asked;
        if (classes.size() != loss.grid().classes()) {
            throw new UsageException(file + " is for " + loss.grid().classes() + " classes, but there are "
                    + classes.size() + ": " + String.join(", ", classes));
        }
        return new NamedModel(
                config.network(),
                new DetectionTask(classes, loss, YoloV1TruthEncoder.MINIMUM_SIZE),
                Optional.of(config.recipe()),
                config.unused());
    }
}
