package org.batchmill.train.detection;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.batchmill.batches.Batch;
import org.batchmill.batches.ImageMapping;
import org.batchmill.records.Box;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.UsageException;
import org.batchmill.train.loss.YoloV1Grid;
import org.batchmill.train.loss.YoloV1Loss;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.task.Task;
import org.batchmill.train.task.TaskDescription;
import org.batchmill.train.task.TaskMetrics;

/**
 * Finds objects of some classes with a YOLO v1 network; measured by mean average precision.
 *
 * @param classes     their names in the order of the outputs
 * @param loss        what is trained: its grid says how outputs and targets lie
 * @param minimumSize boxes narrower or lower than this fraction of the image are not trained
 */
public record DetectionTask(List<String> classes, YoloV1Loss loss, float minimumSize) implements Task {

    /** What the checkpoint and the command line call it. */
    public static final String KIND = "detection";

    /** The score that validation keeps detections from, as the reference program does. */
    public static final double VALIDATION_THRESHOLD = .001;

    /** Boxes a cell in the detectors that have names. */
    private static final int BOXES = 2;

    public DetectionTask {
        classes = List.copyOf(classes);
        if (classes.size() != loss.grid().classes()) {
            throw new UsageException(classes.size() + " class names for " + loss.grid());
        }
    }

    /**
     * The task of a network that has a known head: a square of cells of 2 boxes, with the standard loss. A network that ends in a dense
     * layer orders its outputs by cells, one that ends in a convolution by planes.
     *
     * @throws UsageException if the network has not as many outputs as such a grid
     */
    public static DetectionTask of(Network network, List<String> classes) {
        int outputs = network.output().size();
        int valuesPerCell = classes.size() + 5 * BOXES;
        int side = (int) Math.round(Math.sqrt(outputs / (double) valuesPerCell));
        if (side * side * valuesPerCell != outputs) {
            throw new UsageException(network.name() + " has " + outputs + " outputs, which are no square of cells with "
                    + BOXES + " boxes and " + classes.size() + " classes");
        }
        YoloV1Grid grid = new YoloV1Grid(side, BOXES, classes.size(), orderOf(network));
        return new DetectionTask(classes, YoloV1Loss.standard(grid), YoloV1TargetEncoder.MINIMUM_SIZE);
    }

    private static YoloV1Grid.Order orderOf(Network network) {
        YoloV1Grid.Order order = YoloV1Grid.Order.PLANES;
        for (Layer layer : network.layers()) {
            if (layer instanceof Layer.Dense) {
                order = YoloV1Grid.Order.CELLS;
            }
        }
        return order;
    }

    /** The task that a checkpoint's description tells of. */
    public static DetectionTask of(TaskDescription description) {
        Map<String, String> facts = description.facts();
        YoloV1Grid grid = new YoloV1Grid(
                Integer.parseInt(facts.get("side")),
                Integer.parseInt(facts.get("boxes")),
                description.classes().size(),
                YoloV1Grid.Order.valueOf(facts.get("order")));
        YoloV1Loss loss = new YoloV1Loss(
                grid,
                Float.parseFloat(facts.get("object_scale")),
                Float.parseFloat(facts.get("no_object_scale")),
                Float.parseFloat(facts.get("class_scale")),
                Float.parseFloat(facts.get("coord_scale")),
                Boolean.parseBoolean(facts.get("rescore")),
                Boolean.parseBoolean(facts.get("square_root")));
        return new DetectionTask(description.classes(), loss, Float.parseFloat(facts.get("minimum_size")));
    }

    @Override
    public TaskDescription description() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("side", Integer.toString(loss.grid().side()));
        facts.put("boxes", Integer.toString(loss.grid().boxes()));
        facts.put("order", loss.grid().order().name());
        facts.put("object_scale", Float.toString(loss.objectScale()));
        facts.put("no_object_scale", Float.toString(loss.noObjectScale()));
        facts.put("class_scale", Float.toString(loss.classScale()));
        facts.put("coord_scale", Float.toString(loss.coordScale()));
        facts.put("rescore", Boolean.toString(loss.rescore()));
        facts.put("square_root", Boolean.toString(loss.squareRoot()));
        facts.put("minimum_size", Float.toString(minimumSize));
        return new TaskDescription(KIND, classes, facts);
    }

    /** Reads the outputs as the reference program does, keeping scores above {@code threshold}. */
    public YoloV1Decoder decoder(double threshold) {
        return new YoloV1Decoder(
                loss.grid(),
                loss.squareRoot() ? 2 : 1,
                threshold,
                false,
                OptionalInt.empty(),
                new NonMaximumSuppression(.5, false));
    }

    /**
     * The objects in one row of outputs, by falling score, cut off at the edges of what the network was shown of the image: what is
     * drawn is what is evaluated.
     *
     * @param mapping how the row's image was made from its original
     */
    public static List<Detection> visible(YoloV1Decoder decoder, float[] outputs, int row, ImageMapping mapping) {
        return decoder.detect(outputs, row).stream()
                .map(detection -> detection.visible(mapping))
                .filter(Objects::nonNull)
                .toList();
    }

    @Override
    public void encode(Batch batch, int targetSize, float[] targets) throws DataException {
        if (targetSize != loss.grid().targetSize()) {
            throw new UsageException(
                    "a loss that takes " + targetSize + " numbers an image does not fit " + loss.grid());
        }
        YoloV1TargetEncoder encoder = new YoloV1TargetEncoder(loss.grid(), classes, minimumSize);
        for (int row = 0; row < batch.size(); row++) {
            encoder.encodeShuffled(boxes(batch, row), shuffleSeed(batch, row), targets, row);
        }
    }

    /** Which object wins a cell changes with the augmentation, so that all have their turn, and repeats with the run's seed. */
    private static long shuffleSeed(Batch batch, int row) {
        ImageMapping mapping = batch.mapping(row);
        long seed = batch.id(row).hash();
        for (double number : new double[] {mapping.originX(), mapping.originY(), mapping.spanX(), mapping.spanY()}) {
            seed = seed * 0x100000001b3L ^ Double.doubleToLongBits(number);
        }
        return seed;
    }

    /**
     * Counts the objects of an image that were missed, and what was found where there is none of the class: at an IoU of .5. As in the
     * evaluations, it is no mistake to miss a difficult object or a crowd, and none to find them, however often.
     *
     * @param found the most certain first
     */
    public int mistakes(Batch batch, int row, List<Detection> found) throws DataException {
        List<Box> all = boxes(batch, row);
        List<Box> left = new ArrayList<>(all);
        left.removeIf(Box::crowd);
        int wrong = 0;
        for (Detection one : found) {
            Box best = null;
            for (Box box : left) {
                boolean its = box.className().equals(classes.get(one.classIndex())) && Iou.iou(one, box) >= .5;
                best = its && (best == null || Iou.iou(one, box) > Iou.iou(one, best)) ? box : best;
            }
            if (best == null) {
                wrong += Iou.isInCrowd(one, ofClass(all, one.classIndex()), .5) ? 0 : 1;
            } else if (!best.difficult()) {
                left.remove(best);
            }
        }
        return wrong + (int) left.stream().filter(box -> !box.difficult()).count();
    }

    private List<Box> ofClass(List<Box> boxes, int classIndex) {
        return boxes.stream()
                .filter(box -> box.className().equals(classes.get(classIndex)))
                .toList();
    }

    private List<Box> boxes(Batch batch, int row) throws DataException {
        if (!(batch.labels(row) instanceof Labels.Boxes labels)) {
            throw new DataException(
                    DataException.Kind.BAD_ANNOTATION, batch.id(row).value(), "has no boxes");
        }
        for (Box box : labels.boxes()) {
            if (!classes.contains(box.className())) {
                throw new DataException(
                        DataException.Kind.BAD_ANNOTATION,
                        batch.id(row).value(),
                        "class \"" + box.className() + "\" is not among those that are trained: " + classes);
            }
        }
        return labels.boxes();
    }

    @Override
    public String metric() {
        return "map50";
    }

    @Override
    public boolean higherIsBetter() {
        return true;
    }

    @Override
    public DetectionMetrics metrics() {
        return new DetectionMetrics();
    }

    /** The metrics of one evaluation, with more than numbers by name. Used by one thread at a time. */
    public final class DetectionMetrics implements TaskMetrics {

        private final DetectionEvaluation evaluation = new DetectionEvaluation(classes);
        private final YoloV1Decoder decoder = decoder(VALIDATION_THRESHOLD);

        /** What was found, until more is added. */
        private DetectionScores known;

        private DetectionMetrics() {}

        @Override
        public void add(Batch batch, float[] outputs) throws DataException {
            known = null;
            for (int row = 0; row < batch.size(); row++) {
                evaluation.add(boxes(batch, row), visible(decoder, outputs, row, batch.mapping(row)));
            }
        }

        /** {@code images, map50, map50_voc07, map50_95, map75, ar1, ar10, ar100}, then {@code ap50/CLASS} of each class that has objects. */
        @Override
        public Map<String, Double> scores() {
            DetectionScores all = detail();
            Map<String, Double> scores = new LinkedHashMap<>();
            scores.put("images", (double) all.images());
            scores.put("map50", all.map50());
            scores.put("map50_voc07", all.map50Voc07());
            scores.put("map50_95", all.cocoMap());
            scores.put("map75", all.meanCoco(DetectionScores.Coco::ap75));
            scores.put("ar1", all.meanCoco(DetectionScores.Coco::recall1));
            scores.put("ar10", all.meanCoco(DetectionScores.Coco::recall10));
            scores.put("ar100", all.meanCoco(DetectionScores.Coco::recall100));
            for (DetectionScores.OfClass ofClass : all.classes()) {
                if (ofClass.objects() > 0) {
                    scores.put("ap50/" + ofClass.name(), ofClass.ap50());
                }
            }
            return scores;
        }

        /** Everything: curves, recalls, the confusion matrix. */
        public DetectionScores detail() {
            known = known == null ? evaluation.scores() : known;
            return known;
        }
    }
}
