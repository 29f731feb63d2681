package org.batchmill.jobs.detect;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.augment.PictureMapping;
import org.batchmill.augment.transform.Border;
import org.batchmill.jobs.model.TrainedModel;
import org.batchmill.records.Box;
import org.batchmill.records.UsageException;
import org.batchmill.train.detection.Detection;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.detection.NonMaximumSuppression;
import org.batchmill.train.detection.YoloV1Decoder;
import org.batchmill.train.network.Shape;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Finds objects in pictures, one at a time. Used by one thread; owns the model until it is closed. */
final class Detector implements AutoCloseable {

    /** The least score that is worth drawing for people. */
    private static final double DEFAULT_THRESHOLD = .25;

    private final TrainedModel model;
    private final DetectionTask task;
    private final YoloV1Decoder decoder;
    private final DetectOptions options;
    private final Shape input;
    private final ByteBuffer pixels;
    private final float[] outputs;

    private Detector(TrainedModel model, DetectionTask task, YoloV1Decoder decoder, DetectOptions options) {
        this.model = model;
        this.task = task;
        this.decoder = decoder;
        this.options = options;
        this.input = model.network().input();
        this.pixels = ByteBuffer.allocateDirect(input.size()).order(ByteOrder.nativeOrder());
        this.outputs = new float[model.network().output().size()];
    }

    static Detector open(DetectOptions options) throws IOException {
        TrainedModel model = TrainedModel.load(List.of(options.checkpoint()), 1, options.engine());
        try {
            if (!(model.task() instanceof DetectionTask task)) {
                throw new UsageException(options.checkpoint() + " is not of a detector, but of "
                        + model.task().description().kind());
            }
            for (String name : options.classes()) {
                if (!task.classes().contains(name)) {
                    throw new UsageException(
                            "the model knows no class " + name + ", only " + String.join(", ", task.classes()));
                }
            }
            return new Detector(model, task, decoder(task, options), options);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static YoloV1Decoder decoder(DetectionTask task, DetectOptions options) {
        YoloV1Decoder decoder =
                switch (options.decode()) {
                    case "darknet" -> task.decoder(DEFAULT_THRESHOLD);
                    case "vehicle" -> YoloV1Decoder.vehicle(task.loss().grid(), onlyClass(task, options));
                    default -> throw new UsageException("--decode is darknet or vehicle, not " + options.decode());
                };
        if (options.threshold() != null) {
            decoder = decoder.withThreshold(options.threshold());
        }
        return options.nms() == null
                ? decoder
                : decoder.withSuppression(new NonMaximumSuppression(options.nms(), false));
    }

    private static int onlyClass(DetectionTask task, DetectOptions options) {
        String wanted = options.classes().size() == 1 ? options.classes().get(0) : "car";
        int index = task.classes().indexOf(wanted);
        if (index < 0 || options.classes().size() > 1) {
            throw new UsageException("--decode vehicle looks for one class: name it with --classes");
        }
        return index;
    }

    List<String> classes() {
        return task.classes();
    }

    /** A box in the original picture, with its score. */
    record Found(Box box, double score) {}

    /**
     * The objects in an RGB picture, by falling score; boxes are clipped to the picture.
     *
     * @param where the picture, for errors
     */
    List<Found> detect(Mat picture, String where) {
        CropWindow window = options.crop() == null
                ? new CropWindow(0, picture.cols(), 0, picture.rows())
                : options.crop().within(picture.cols(), picture.rows(), where);
        View view = View.of(window, input, options.fit());
        fill(picture, view);
        model.predictor().predict(pixels.clear(), 1, outputs);
        PictureMapping mapping = view.mapping(picture.cols(), picture.rows());
        List<Found> found = new ArrayList<>();
        for (Detection detection : decoder.detect(outputs, 0)) {
            Box box = clipped(mapping.toOriginal(detection.box(task.classes())));
            boolean wanted = options.classes().isEmpty() || options.classes().contains(box.className());
            if (wanted && box.width() > 0 && box.height() > 0) {
                found.add(new Found(box, detection.score()));
            }
        }
        return found;
    }

    private void fill(Mat picture, View view) {
        CropWindow window = view.window();
        try (Rect rectangle = new Rect(window.left(), window.top(), window.width(), window.height());
                Mat part = new Mat(picture, rectangle);
                BytePointer data = new BytePointer(pixels.clear());
                Mat target = new Mat(input.height(), input.width(), CV_8UC3, data);
                Rect place = new Rect(view.left(), view.top(), view.width(), view.height());
                Mat inner = new Mat(target, place);
                Scalar border = new Scalar(Border.GREY.red(), Border.GREY.green(), Border.GREY.blue(), 0);
                Size size = new Size(view.width(), view.height())) {
            target.put(border);
            resize(part, inner, size, 0, 0, INTER_LINEAR);
        }
    }

    private static Box clipped(Box box) {
        return new Box(
                box.className(),
                Math.max(0, Math.min(1, box.xmin())),
                Math.max(0, Math.min(1, box.ymin())),
                Math.max(0, Math.min(1, box.xmax())),
                Math.max(0, Math.min(1, box.ymax())));
    }

    @Override
    public void close() {
        model.close();
    }
}
