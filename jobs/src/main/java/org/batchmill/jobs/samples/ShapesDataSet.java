package org.batchmill.jobs.samples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import org.batchmill.augment.pixels.ImageEncoder;
import org.batchmill.jobs.JobListener;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.Box;
import org.batchmill.records.EmptyFolder;
import org.batchmill.records.UsageException;
import org.batchmill.records.annotations.VocWriter;
import org.batchmill.records.storage.Storage;
import org.bytedeco.opencv.opencv_core.Mat;

/** A folder of JPEG images of shapes, labelled as PASCAL VOC does it, with a training and a validation list. Stateless. */
public final class ShapesDataSet {

    private static final String WORK = "drawing";
    private static final String IMAGES = "JPEGImages";
    private static final String ANNOTATIONS = "Annotations";
    private static final int JPEG_QUALITY = 90;

    /** Every fifth image is in the validation list. */
    private static final int VALIDATION_EVERY = 5;

    /** How many images a thread may be ahead of the one whose turn it is. */
    private static final int AHEAD = 16;

    private ShapesDataSet() {}

    /** {@link #write(Path, int, int, long, JobListener)} with a fifth of the images in the validation list. */
    public static void write(Path folder, int count, long seed, JobListener listener)
            throws IOException, InterruptedException {
        write(folder, count, VALIDATION_EVERY, seed, listener);
    }

    /**
     * Draws and writes a data set, on all cores.
     *
     * @param folder          an empty or a new folder
     * @param count           images
     * @param validationEvery one in so many is in the validation list
     * @param seed            image i is a function of (seed, i)
     * @throws UsageException if the folder holds something already
     */
    public static void write(Path folder, int count, int validationEvery, long seed, JobListener listener)
            throws IOException, InterruptedException {
        if (count < 1) {
            throw new UsageException("the number of images must be at least 1, not " + count);
        }
        Files.createDirectories(EmptyFolder.make(folder).resolve(IMAGES));
        Files.createDirectories(folder.resolve(ANNOTATIONS));
        List<String> training = new ArrayList<>();
        List<String> validation = new ArrayList<>();
        int threads = Runtime.getRuntime().availableProcessors();
        Deque<Future<String>> drawn = new ArrayDeque<>();
        try (WorkerPool pool = new WorkerPool("draw", threads)) {
            int submitted = 0;
            for (int i = 0; i < count; i++) {
                while (submitted < Math.min(count, i + AHEAD * threads)) {
                    int index = submitted++;
                    drawn.add(pool.submit(() -> draw(folder, index, seed)));
                }
                String name = WorkerPool.result(drawn.remove());
                (i % validationEvery == validationEvery - 1 ? validation : training).add(name);
                listener.progress(WORK, i + 1, count, "");
            }
        }
        Path lists = Files.createDirectories(folder.resolve("ImageSets").resolve("Main"));
        write(lists.resolve("train.txt"), training);
        write(lists.resolve("val.txt"), validation);
        listener.finished(WORK);
    }

    /** Writes an image and its annotation; returns their name. */
    private static String draw(Path folder, int index, long seed) throws IOException {
        String name = String.format(Locale.ROOT, "shapes_%05d", index);
        SplittableRandom random = DrawnSamples.random(seed, index);
        try (Mat image = Background.draw(DrawnSamples.SHAPES_WIDTH, DrawnSamples.SHAPES_HEIGHT, random)) {
            List<Box> boxes = ShapesImage.draw(image, random);
            Storage.write(folder.resolve(IMAGES).resolve(name + ".jpg"), ImageEncoder.jpeg(image, JPEG_QUALITY));
            VocWriter.write(
                    folder.resolve(ANNOTATIONS).resolve(name + ".xml"),
                    name + ".jpg",
                    DrawnSamples.SHAPES_WIDTH,
                    DrawnSamples.SHAPES_HEIGHT,
                    3,
                    boxes);
        }
        return name;
    }

    private static void write(Path list, List<String> names) throws IOException {
        Storage.write(list, (String.join("\n", names) + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
