package org.batchmill.jobs.task;

import java.io.IOException;
import java.util.List;
import org.batchmill.augment.transform.DarknetColour;
import org.batchmill.augment.transform.DarknetJitter;
import org.batchmill.augment.transform.Flip;
import org.batchmill.augment.transform.Mixing;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.ingest.sources.kafka.SampleCheck;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleSource;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.recipe.Recipes;
import org.batchmill.train.task.TaskDescription;

/** Detectors with YOLO v1. */
final class YoloDefinition implements TaskDefinition {

    private static final String DEFAULT_MODEL = "yolo-v1-mini";
    private static final String DEFAULT_RECIPE = Recipes.MODERN;

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

    @Override
    public String family() {
        return "yolo";
    }

    @Override
    public int usualBatch(TrainOptions options, long samples) {
        OptimizationOptions asked = options.optimization();
        return Recipes.byName(recipeName(asked), modelName(asked), 0, 0).batch();
    }

    private static String recipeName(OptimizationOptions asked) {
        return asked.recipe == null ? DEFAULT_RECIPE : asked.recipe;
    }

    private static String modelName(OptimizationOptions asked) {
        return asked.model == null ? DEFAULT_MODEL : asked.model;
    }

    @Override
    public String usualModel() {
        return DEFAULT_MODEL;
    }

    @Override
    public String checkpointKind() {
        return DetectionTask.KIND;
    }

    @Override
    public List<String> usualClasses() {
        return VOC;
    }

    @Override
    public NetworkTask untrained(Network network, List<String> classes) {
        return new ObjectDetection(DetectionTask.of(network, classes));
    }

    @Override
    public NetworkTask restore(TaskDescription description) {
        return new ObjectDetection(DetectionTask.of(description));
    }

    @Override
    public SampleCheck labels(List<String> classes) {
        return sample -> {
            if (!(sample.labels() instanceof Labels.Boxes boxes)) {
                throw LabelCheck.bad(sample, "has no boxes");
            }
            for (Box box : boxes.boxes()) {
                if (!classes.contains(box.className())) {
                    throw LabelCheck.bad(
                            sample, "the class " + box.className() + " is none of " + String.join(", ", classes));
                }
            }
        };
    }

    @Override
    public Learning learning(TrainOptions options, Policy policy, SampleSource source, Checkpoint resumed)
            throws IOException {
        List<String> classes = Learning.classes(options, source, resumed);
        OptimizationOptions asked = options.optimization();
        String model = modelName(asked);
        NamedModel named = NamedModel.of(model, classes, batchNorm(asked.recipe));
        Recipe recipe = recipe(named, model, options, Learning.size(source));
        return new Learning(
                named.network(),
                named.task(),
                recipe,
                policy == null ? augmentation(recipe.augmentation()) : policy,
                Policies.evaluation(policy == null ? Policy.NONE : policy),
                Batch.Format.UINT8_NHWC);
    }

    /** Whoever asks for the reference's recipe wants its numbers: with the ordinary rule they part after a few steps. */
    private static Layer.BatchNorm.Rule batchNorm(String recipe) {
        return Recipes.DARKNET.equals(recipe) ? Layer.BatchNorm.Rule.DARKNET : Layer.BatchNorm.Rule.STANDARD;
    }

    /** The recipe that is named; a configuration has one of its own, which is taken if none is. */
    private Recipe recipe(NamedModel named, String model, TrainOptions options, long samples) {
        OptimizationOptions asked = options.optimization();
        if (named.recipe().isPresent() && asked.recipe == null) {
            Recipe own = named.recipe().get();
            Integer batch = options.input().batch;
            Recipe sized = batch == null ? own : own.withBatch(batch, 1);
            long steps = RecipeOptions.steps(asked, samples, sized.batch(), 0);
            return steps == 0 ? sized : sized.withSteps(steps);
        }
        int rows = batch(options, samples);
        return Recipes.byName(recipeName(asked), model, rows, RecipeOptions.steps(asked, samples, rows, 0));
    }

    private static Policy augmentation(Recipe.Augmentation asked) {
        Policy policy = Policy.NONE;
        if (asked.jitter() > 0) {
            policy = policy.with(new DarknetJitter(asked.jitter()));
        }
        if (asked.flip() > 0) {
            policy = policy.with(new Flip(), asked.flip());
        }
        policy = policy.with(new DarknetColour(asked.hue(), asked.saturation(), asked.exposure()));
        return asked.mosaic() > 0 ? policy.withMixing(new Mixing(Mixing.Kind.MOSAIC, asked.mosaic())) : policy;
    }
}
