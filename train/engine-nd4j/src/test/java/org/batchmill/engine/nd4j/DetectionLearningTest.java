package org.batchmill.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.batchmill.batches.Batch;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.annotations.AnnotatedFolder;
import org.batchmill.records.annotations.FolderOptions;
import org.batchmill.testing.SharedData;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.detection.DrawnShapes;
import org.batchmill.train.detection.MemoryBatch;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loop.BatchStream;
import org.batchmill.train.loop.TrainingLoop;
import org.batchmill.train.loop.TrainingResult;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Targets, loss, gradients, update, decoding, suppression and evaluation together: a network learns eight images by heart. */
class DetectionLearningTest {

    @Test
    void shouldLearnEightDrawnImagesByHeart() throws Exception {
        Network mini = Models.byName("yolo-v1-mini", ModelOptions.classes(3));

        assertThat(learn(mini, DrawnShapes.CLASSES, new DrawnShapes(224, 3).batch(1, 8), 60))
                .isGreaterThan(.95);
    }

    @Test
    @Tag("long")
    void shouldLearnEightRaccoonPhotosByHeart() throws Exception {
        Network mini = Models.byName("yolo-v1-mini", ModelOptions.classes(1));

        assertThat(learn(mini, List.of("raccoon"), photos(SharedData.data("raccoon"), 8), 150))
                .isGreaterThan(.95);
    }

    private static double learn(Network network, List<String> classes, MemoryBatch batch, long steps) throws Exception {
        DetectionTask task = DetectionTask.of(network, classes);
        ProgramSpec spec = ProgramSpec.training(
                network,
                ProgramSpec.InputFormat.UINT8_NHWC,
                batch.size(),
                task.loss(),
                new Optimizer.Adam(.9f, .999f, 1e-8f),
                1);
        try (Program program = new Nd4jEngine().compile(spec)) {
            TrainingResult result = TrainingLoop.of(program, task, new Repeated(batch, Long.MAX_VALUE))
                    .schedule(new Schedule.WarmUp(20, 1, new Schedule.Constant(2e-3)))
                    .steps(steps)
                    .evaluate(() -> new Repeated(batch, 1), 0)
                    .build()
                    .run();
            return result.evaluation().metric();
        }
    }

    /** The first images of a folder in VOC's layout, stretched to the network's input. */
    private static MemoryBatch photos(Path folder, int count) throws IOException {
        ByteBuffer pixels = ByteBuffer.allocateDirect(count * 224 * 224 * 3);
        List<Labels> labels = new ArrayList<>();
        try (SampleSource.Indexed source = AnnotatedFolder.open(folder, FolderOptions.defaults())) {
            for (int i = 0; i < count; i++) {
                Sample sample = source.read(i);
                put(((Content.EncodedImage) sample.content()).bytes(), pixels);
                labels.add(sample.labels());
            }
        }
        return new MemoryBatch(pixels.flip(), 224, 224, labels);
    }

    private static void put(ByteBuffer encoded, ByteBuffer pixels) throws IOException {
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        BufferedImage image = new BufferedImage(224, 224, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.drawImage(ImageIO.read(new ByteArrayInputStream(bytes)), 0, 0, 224, 224, null);
        g.dispose();
        for (int y = 0; y < 224; y++) {
            for (int x = 0; x < 224; x++) {
                int rgb = image.getRGB(x, y);
                pixels.put((byte) (rgb >> 16)).put((byte) (rgb >> 8)).put((byte) rgb);
            }
        }
    }

    /** One batch, again and again. */
    private static final class Repeated implements BatchStream {
        private final Batch batch;
        private final long times;
        private long given;

        Repeated(Batch batch, long times) {
            this.batch = batch;
            this.times = times;
        }

        @Override
        public Batch next() {
            return given++ < times ? batch : null;
        }

        @Override
        public String state() {
            return Long.toString(given);
        }

        @Override
        public void close() {
            // The batch is the test's.
        }
    }
}
