package org.batchmill.jobs.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.records.UsageException;
import org.batchmill.train.darknet.DarknetConfig;
import org.batchmill.train.description.NetworkFile;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.detection.YoloV1TargetEncoder;
import org.batchmill.train.loss.YoloV1Loss;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.recipe.Recipe;

/**
 * What {@code --model} names: a model of ours, a configuration of the reference program, or a description in YAML.
 *
 * @param task   what the model is for
 * @param recipe that of a configuration
 * @param unused keys of a configuration that mean nothing here, with their lines
 */
public record NamedModel(Network network, NetworkTask task, Optional<Recipe> recipe, List<String> unused) {

    private static final String CONFIGURATION = ".cfg";

    static boolean isConfiguration(String model) {
        return model.endsWith(CONFIGURATION);
    }

    /** The file that {@code --model} names; null for a model with a name of its own. */
    public static Path file(String model) {
        return model != null && (isConfiguration(model) || NetworkFile.isOne(model)) ? Places.of(model) : null;
    }

    /**
     * Builds the model.
     *
     * @param model   a name or a path that ends in .cfg or .yaml
     * @param classes names in the order of the outputs; empty for PASCAL VOC's or the ten digits
     * @param rule    of batch norms in models that have names; a configuration has the reference's
     * @throws UsageException if there is no such model, or the classes do not fit it
     */
    public static NamedModel of(String model, List<String> classes, Layer.BatchNorm.Rule rule) throws IOException {
        if (isConfiguration(model)) {
            return configuration(Places.of(model), classes);
        }
        if (NetworkFile.isOne(model)) {
            return described(Places.of(model), classes);
        }
        TaskDefinition definition = TaskDefinition.ofModel(model);
        List<String> known = classes.isEmpty() ? definition.usualClasses() : classes;
        Network network = Models.byName(
                model, ModelOptions.classes(Math.max(1, known.size())).batchNorm(rule));
        return new NamedModel(network, definition.untrained(network, known), Optional.empty(), List.of());
    }

    /** A classifier: of numbers where the classes are not as many as its outputs. */
    private static NamedModel described(Path file, List<String> asked) throws IOException {
        TaskDefinition definition = TaskKind.CLASSIFY.definition();
        List<String> known = asked.isEmpty() ? definition.usualClasses() : asked;
        Network network = NetworkFile.read(file, known.size());
        int outputs = network.output().size();
        if (outputs != known.size() && !asked.isEmpty()) {
            throw new UsageException(file + " has " + outputs + " outputs, but there are " + asked.size() + " classes: "
                    + String.join(", ", asked));
        }
        List<String> names = outputs == known.size()
                ? known
                : IntStream.range(0, outputs).mapToObj(Integer::toString).toList();
        return new NamedModel(network, definition.untrained(network, names), Optional.empty(), List.of());
    }

    /** A network for so many classes by its name or out of its file. */
    static Network network(String model, ModelOptions options) throws IOException {
        if (!NetworkFile.isOne(model)) {
            return Models.byName(model, options);
        }
        Network network = NetworkFile.read(Places.of(model), options.classes());
        if (network.output().size() != options.classes()) {
            throw new UsageException(model + " has " + network.output().size() + " outputs, but there are "
                    + options.classes() + " classes");
        }
        return network;
    }

    private static NamedModel configuration(Path file, List<String> asked) throws IOException {
        DarknetConfig config = DarknetConfig.read(file);
        YoloV1Loss loss = config.loss()
                .orElseThrow(() -> new UsageException(file + " has no [detection] layer: it is no detector"));
        List<String> classes = asked.isEmpty() ? TaskKind.YOLO.definition().usualClasses() : asked;
        if (classes.size() != loss.grid().classes()) {
            throw new UsageException(file + " is for " + loss.grid().classes() + " classes, but there are "
                    + classes.size() + ": " + String.join(", ", classes));
        }
        return new NamedModel(
                config.network(),
                new ObjectDetection(new DetectionTask(classes, loss, YoloV1TargetEncoder.MINIMUM_SIZE)),
                Optional.of(config.recipe()),
                config.unused());
    }
}
