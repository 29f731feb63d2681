package org.batchmill.jobs.task;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.PixelSize;
import org.batchmill.jobs.options.FrameOptions;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.records.DataException;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.description.NetworkFile;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.batchmill.train.recipe.Recipe;

/** Classifiers of images of any size, in colour. */
final class ClassifyDefinition extends ClassifierDefinition {

    private static final String DEFAULT_MODEL = "resnet18";

    private static final List<String> MODELS =
            List.of(DEFAULT_MODEL, "resnet50", "squeezenet", "mobilenet-v2", "googlenet-small", "vgg11", "lenet5");

    /** Networks that were designed for larger images see smaller ones where nobody asks: a twelfth of the work of 224 x 224. */
    private static final int SIDE = 64;

    /** The largest norm of the gradients of networks without batch norm. */
    private static final float UNNORMALIZED_CLIP = 1;

    /** Of the images that the papers' networks were published for. */
    private static final int PUBLISHED_CLASSES = 1000;

    @Override
    public String family() {
        return "classify";
    }

    @Override
    public String usualModel() {
        return DEFAULT_MODEL;
    }

    @Override
    public List<String> models() {
        return MODELS;
    }

    @Override
    public int usualBatch(TrainOptions options, long samples) {
        return 32;
    }

    /** Numbers for names, as many as the published weights have outputs: for models that are looked at without data. */
    @Override
    public List<String> usualClasses() {
        return IntStream.range(0, PUBLISHED_CLASSES).mapToObj(Integer::toString).toList();
    }

    @Override
    public boolean takesNetworks() {
        return true;
    }

    /** The first gradients of a network that nothing normalizes throw it out of reach: squeezenet stays at chance without a bound. */
    @Override
    public Recipe suited(Recipe recipe, Network network) {
        boolean normalizes = network.layers().stream().anyMatch(Layer.BatchNorm.class::isInstance);
        return normalizes ? recipe : recipe.withClipNorm(UNNORMALIZED_CLIP);
    }

    @Override
    public InputView view(TrainOptions options) {
        FrameOptions frames = options.frames();
        if (frames.crop != null || frames.colour != null || frames.frames != null || frames.frameGap != null) {
            throw new OptionException("{crop}, {colour}, {frames} and {frame-gap} are for steering");
        }
        return InputView.WHOLE;
    }

    @Override
    public Learning learning(TrainOptions options, Policy policy, SampleSource source, Checkpoint resumed)
            throws IOException {
        List<String> classes = Learning.classes(options, source, resumed);
        if (classes.size() < 2) {
            throw new DataException(
                    DataException.Kind.MISSING,
                    options.data().data,
                    "has one class only, " + classes.get(0) + ": there is nothing to tell it from");
        }
        OptimizationOptions asked = options.optimization();
        ClassifyRecipe recipe = ClassifyRecipe.named(asked.recipe);
        int batch = batch(options, Learning.size(source));
        long steps = RecipeOptions.steps(asked, Learning.size(source), batch, ClassifyRecipe.EPOCHS);
        float smoothing = asked.labelSmoothing == null ? recipe.smoothing() : asked.labelSmoothing;
        return new Learning(
                network(asked.model == null ? DEFAULT_MODEL : asked.model, classes.size(), options.frames().inputSize),
                new Classification(LabelSmoothing.of(classes, smoothing)),
                recipe.training(batch, steps),
                policy == null ? recipe.policy() : policy,
                Policies.evaluation(policy == null ? Policy.NONE : policy),
                Batch.Format.UINT8_NHWC);
    }

    /** The network for images of the size that is asked for, else of its own or a smaller one. */
    private static Network network(String model, int classes, PixelSize size) throws IOException {
        ModelOptions options = ModelOptions.classes(classes);
        if (NetworkFile.isOne(model)) {
            return Learning.resized(NamedModel.network(model, options), size);
        }
        Network own = Models.byName(model, options);
        if (!TaskDefinition.ofModel(model).classifies()) {
            throw new UsageException(model + " is no classifier of images: " + String.join(", ", MODELS));
        }
        Shape input = own.input();
        if (size == null && (input.height() <= SIDE || input.width() <= SIDE)) {
            return own;
        }
        int height = size == null ? SIDE : size.height();
        int width = size == null ? SIDE : size.width();
        Network sized;
        try {
            sized = Models.byName(model, options.image(height, width));
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
        if (sized.input().height() != height || sized.input().width() != width) {
            throw new OptionException(
                    "{input-size} cannot be chosen for {}, which takes {} x {}", model, input.height(), input.width());
        }
        return sized;
    }
}
