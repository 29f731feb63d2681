package org.batchmill.jobs.samples;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.batchmill.jobs.JobListener;
import org.batchmill.records.Box;
import org.batchmill.records.EmptyFolder;
import org.batchmill.records.UsageException;
import org.batchmill.records.annotations.VocWriter;
import org.batchmill.records.storage.Storage;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** A folder of JPEG pictures of shapes, labelled as PASCAL VOC does it, with a training and a validation list. */
public final class ShapesDataSet {

    private static final String WORK = "drawing";
    private static final int JPEG_QUALITY = 90;

    /** Every fifth picture is in the validation list. */
    private static final int VALIDATION_EVERY = 5;

    private ShapesDataSet() {}

    /**
     * Draws and writes a data set.
     *
     * @param folder an empty or a new folder
     * @param count  pictures
     * @param seed   picture i is a function of (seed, i)
     * @throws UsageException if the folder holds something already
     */
    public static void write(Path folder, int count, long seed, JobListener listener) throws IOException {
        if (count < 1) {
            throw new UsageException("the number of pictures must be at least 1, not " + count);
        }
        Path pictures = Files.createDirectories(EmptyFolder.make(folder).resolve("JPEGImages"));
        Path annotations = Files.createDirectories(folder.resolve("Annotations"));
        List<String> training = new ArrayList<>();
        List<String> validation = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = String.format(Locale.ROOT, "shapes_%05d", i);
            SplittableRandom random = DrawnSamples.random(seed, i);
            try (Mat picture = Background.draw(DrawnSamples.SHAPES_WIDTH, DrawnSamples.SHAPES_HEIGHT, random)) {
                List<Box> boxes = ShapesPicture.draw(picture, random);
                Storage.write(pictures.resolve(name + ".jpg"), jpeg(picture));
                VocWriter.write(
                        annotations.resolve(name + ".xml"),
                        name + ".jpg",
                        DrawnSamples.SHAPES_WIDTH,
                        DrawnSamples.SHAPES_HEIGHT,
                        3,
                        boxes);
            }
            (i % VALIDATION_EVERY == VALIDATION_EVERY - 1 ? validation : training).add(name);
            listener.progress(WORK, i + 1, count, "");
        }
        Path lists = Files.createDirectories(folder.resolve("ImageSets").resolve("Main"));
        write(lists.resolve("train.txt"), training);
        write(lists.resolve("val.txt"), validation);
        listener.finished(WORK);
    }

    private static void write(Path list, List<String> names) throws IOException {
        Storage.write(list, (String.join("\n", names) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] jpeg(Mat picture) {
        try (BytePointer encoded = new BytePointer();
                IntPointer quality = new IntPointer(IMWRITE_JPEG_QUALITY, JPEG_QUALITY)) {
            imencode(".jpg", picture, encoded, quality);
            byte[] bytes = new byte[(int) encoded.limit()];
            encoded.get(bytes);
            return bytes;
        }
    }
}
