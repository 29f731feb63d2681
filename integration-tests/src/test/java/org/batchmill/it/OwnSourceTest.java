package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Rgb;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.input.TrainingSets;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.jobs.train.TrainSummary;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program trains on samples that it makes itself, from wherever it has them. */
class OwnSourceTest {

    @TempDir
    private Path folder;

    /** Dark images and light ones. */
    private record Shades(int count, AtomicBoolean closed) implements SampleSource.Indexed {

        @Override
        public long size() {
            return count;
        }

        @Override
        public Sample read(long index) {
            int shade = (int) (index % 2 * 160 + index % 50);
            try (Canvas canvas = Canvas.blank(28, 28, new Rgb(shade, shade, shade))) {
                return new Sample(
                        new SampleId("shade-" + index),
                        new Content.EncodedImage(ByteBuffer.wrap(canvas.png())),
                        new Labels.ClassLabel(classes().get((int) (index % 2))));
            }
        }

        @Override
        public List<String> classes() {
            return List.of("dark", "light");
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }

    @Test
    void shouldTrainOnAProgramsOwnSamples() throws IOException, InterruptedException {
        AtomicBoolean closed = new AtomicBoolean();
        TrainOptions options = TrainOptions.of(TaskKind.DIGITS);
        options.optimization().model = "digits-softmax";
        options.optimization().steps = 60L;
        options.input().batch = 16;
        options.run().run = folder.resolve("run");
        SampleSource training = new Shades(160, closed);

        TrainSummary summary =
                new TrainJob(options, JobListener.SILENT).run(TrainingSets.of(training, new Shades(40, closed)));

        assertThat(summary.metric()).as(summary.lines().toString()).isGreaterThan(.75);
        assertThat(closed.get()).as("the caller's to close").isFalse();
        assertThat(folder.resolve("run/checkpoints/best.ckpt")).exists();
    }
}
