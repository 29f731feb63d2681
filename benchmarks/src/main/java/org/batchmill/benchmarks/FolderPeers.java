package org.batchmill.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.Median;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.detect.DetectJob;
import org.batchmill.jobs.detect.DetectOptions;
import org.batchmill.jobs.inspect.CheckJob;
import org.batchmill.jobs.inspect.CheckOptions;
import org.batchmill.jobs.model.ShippedModels;
import org.batchmill.jobs.model.TrainedModel;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.samples.ShapesDataSet;
import org.batchmill.train.network.Shape;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Jobs over a folder of images beside a plain loop of one thread, in turns: {@code check} beside parsing each XML file with the JDK and decoding
 * its image with OpenCV, and {@code detect} (no drawing) beside reading, resizing and predicting eight at a time with the same network on the same
 * engine. {@link PackingBenchmark} has {@code pack images}.
 *
 * <p>Arguments: images (2000) and rounds (5).
 */
public final class FolderPeers {

    private static final int TOGETHER = 8;
    private static final String MODEL = "shapes";

    private final Path folder;
    private final int images;

    private FolderPeers(Path folder, int images) {
        this.folder = folder;
        this.images = images;
    }

    public static void main(String[] args) throws Exception {
        int images = args.length > 0 ? Integer.parseInt(args[0]) : 2000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        Path folder = Files.createTempDirectory("folder-peers-");
        ShapesDataSet.write(folder, images, 1, JobListener.SILENT);
        new FolderPeers(folder, images).run(rounds, args);
        Runtime.getRuntime().halt(0); // natives leave threads behind
    }

    private void run(int rounds, String[] args) throws Exception {
        double[][] rates = new double[4][rounds];
        for (int round = -1; round < rounds; round++) { // the first is not measured: the code is compiled meanwhile
            double[] measured = {
                rate(this::check), rate(this::checkPlainly), rate(this::detect), rate(this::detectPlainly)
            };
            for (int i = 0; round >= 0 && i < measured.length; i++) {
                rates[i][round] = measured[i];
            }
        }
        try (ResultTable table = ResultTable.of(
                FolderPeers.class,
                args,
                Column.text("job"),
                Column.number("plain loop, images/s", 0),
                Column.number("job, images/s", 0),
                Column.number("job / loop", 2))) {
            row(table, "check", rates[0], rates[1]);
            row(table, "detect", rates[2], rates[3]);
        }
    }

    private static void row(ResultTable table, String job, double[] ours, double[] plain) {
        table.row(job, Median.of(plain), Median.of(ours), Median.of(ours) / Median.of(plain));
    }

    private double rate(Callable<Long> work) throws Exception {
        long start = System.nanoTime();
        long done = work.call();
        if (done != images) {
            throw new IllegalStateException(done + " of " + images + " images");
        }
        return images * 1e9 / (System.nanoTime() - start);
    }

    private long check() throws IOException {
        DataOptions data = new DataOptions();
        data.data = folder.toString();
        CheckJob.run(data, new CheckOptions());
        return images;
    }

    private long checkPlainly() throws Exception {
        DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        long boxes = 0;
        long read = 0;
        for (Path annotation : files("Annotations")) {
            boxes += parser.parse(annotation.toFile())
                    .getElementsByTagName("bndbox")
                    .getLength();
        }
        for (Path image : files("JPEGImages")) {
            try (Mat decoded = opencv_imgcodecs.imread(image.toString())) {
                read += decoded.empty() ? 0 : 1;
            }
        }
        if (boxes == 0) {
            throw new IllegalStateException("no box");
        }
        return read;
    }

    private long detect() throws IOException, InterruptedException {
        DetectOptions options = new DetectOptions();
        options.model = MODEL;
        options.images = folder.resolve("JPEGImages");
        long[] seen = {0};
        DetectJob.run(options, result -> seen[0]++, JobListener.SILENT);
        return seen[0];
    }

    private long detectPlainly() throws IOException {
        try (TrainedModel model = TrainedModel.of(ShippedModels.read(MODEL), TOGETHER, new EngineOptions())) {
            Shape shape = model.network().input();
            int bytes = shape.height() * shape.width() * shape.channels();
            ByteBuffer batch = ByteBuffer.allocateDirect(TOGETHER * bytes);
            float[] outputs = new float[TOGETHER * model.network().output().size()];
            byte[] row = new byte[bytes];
            long read = 0;
            try (Mat shown = new Mat();
                    Size size = new Size(shape.width(), shape.height())) {
                for (Path image : files("JPEGImages")) {
                    try (Mat decoded = opencv_imgcodecs.imread(image.toString(), opencv_imgcodecs.IMREAD_COLOR_RGB)) {
                        opencv_imgproc.resize(decoded, shown, size);
                    }
                    shown.data().get(row);
                    batch.put((int) (read++ % TOGETHER) * bytes, row);
                    if (read % TOGETHER == 0) {
                        model.predictor().predict(batch.duplicate(), TOGETHER, outputs);
                    }
                }
                int left = (int) (read % TOGETHER);
                if (left > 0) {
                    model.predictor().predict(batch.duplicate(), left, outputs);
                }
            }
            return read;
        }
    }

    private List<Path> files(String place) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(place))) {
            return files.sorted().toList();
        }
    }
}
