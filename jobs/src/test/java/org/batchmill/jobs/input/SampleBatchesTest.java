package org.batchmill.jobs.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import javax.imageio.ImageIO;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.jobs.options.Balancing;
import org.batchmill.jobs.options.Bytes;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.options.Shard;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
@Tag("concurrent")
class SampleBatchesTest {

    private static final BatchShape TINY = new BatchShape(4, 2, 2, 1, Batch.Format.UINT8_NHWC);

    /** Tiny grey images with labels of any kind. */
    private record Drawn(String name, long size, LongFunction<Labels> labelsOf) implements SampleSource.Indexed {

        @Override
        public List<String> classes() {
            return List.of();
        }

        @Override
        public Sample read(long index) {
            byte[] pixels = {(byte) index, 1, 2, 3};
            return new Sample(
                    new SampleId(name + index),
                    new Content.RawImage(ByteBuffer.wrap(pixels), 2, 2, 1),
                    labelsOf.apply(index));
        }

        @Override
        public void close() {}
    }

    /** PNG files of noise. */
    private record Encoded(long size) implements SampleSource.Indexed {

        @Override
        public List<String> classes() {
            return List.of();
        }

        @Override
        public Sample read(long index) throws IOException {
            BufferedImage image = new BufferedImage(70, 50, BufferedImage.TYPE_INT_RGB);
            SplittableRandom random = new SplittableRandom(index);
            for (int i = 0; i < 70 * 50; i++) {
                image.setRGB(i % 70, i / 70, random.nextInt());
            }
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            ImageIO.write(image, "png", file);
            return new Sample(
                    new SampleId("noise" + index),
                    new Content.EncodedImage(ByteBuffer.wrap(file.toByteArray())),
                    new Labels.Boxes(List.of(new Box("noise", 0.1f, 0.2f, 0.5f, 0.6f))));
        }

        @Override
        public void close() {}
    }

    private static SampleBatches batches(SampleSource source, InputOptions options) {
        return new SampleBatches(source, TINY, Policy.NONE, options, new PipelineListener() {});
    }

    private static List<String> names(PipelineBatches stream) throws Exception {
        List<String> names = new ArrayList<>();
        try (stream) {
            while (true) {
                try (Batch batch = stream.next()) {
                    if (batch == null) {
                        return names;
                    }
                    for (int row = 0; row < batch.size(); row++) {
                        names.add(batch.id(row).value());
                    }
                }
            }
        }
    }

    private static double share(List<String> names, String beginning) {
        return names.stream().filter(name -> name.startsWith(beginning)).count() / (double) names.size();
    }

    @Test
    void shouldMixDataSetsByWeight() throws Exception {
        try (MixedSamples mixed = new MixedSamples(List.of(
                new MixedSamples.Part(new Drawn("many", 300, i -> Labels.NONE), 1),
                new MixedSamples.Part(new Drawn("few", 20, i -> Labels.NONE), 3)))) {
            List<String> names = names(batches(mixed, new InputOptions()).shuffled(8L, null));
            assertThat(names).hasSize(8 * 320);
            assertThat(share(names, "few")).isCloseTo(0.75, within(0.02));
        }
    }

    @Test
    void shouldDrawClassesAndSteeringBinsEquallyOften() throws Exception {
        Drawn classes = new Drawn("", 200, i -> new Labels.ClassLabel(i < 180 ? "common" : "rare"));
        InputOptions byClass = new InputOptions();
        byClass.sampling.balance = Balancing.CLASSES;
        byClass.sampling.maxRepeat = 100;
        List<String> names = names(batches(classes, byClass).shuffled(10L, null));
        assertThat(names.stream().filter(name -> Integer.parseInt(name) >= 180).count() / 2000.0)
                .isCloseTo(0.5, within(0.03));

        Drawn straight = new Drawn("", 210, i -> new Labels.Steering(i < 200 ? 0.001f * i / 200 : 0.1f * (i - 199)));
        InputOptions bySteering = new InputOptions();
        bySteering.sampling.balance = Balancing.parse("steering:10");
        bySteering.sampling.maxRepeat = 100;
        names = names(batches(straight, bySteering).shuffled(10L, null));
        assertThat(names.stream().filter(name -> Integer.parseInt(name) < 200).count() / 2100.0)
                .as("straight on")
                .isLessThan(0.2);
    }

    @Test
    void shouldGiveEachTrainerAPartOfItsOwn() throws Exception {
        Drawn source = new Drawn("", 37, i -> Labels.NONE);
        Map<String, Integer> seen = new HashMap<>();
        for (int trainer = 1; trainer <= 3; trainer++) {
            InputOptions options = new InputOptions();
            options.sampling.shard = new Shard(trainer, 3);
            names(batches(source, options).shuffled(1L, null)).forEach(name -> seen.merge(name, 1, Integer::sum));
        }
        assertThat(seen).hasSize(37).allSatisfy((name, times) -> assertThat(times)
                .isEqualTo(1));
    }

    @Test
    void shouldRefuseWhatCannotBeDrawn() {
        Drawn source = new Drawn("", 5, i -> Labels.NONE);
        for (String shard : List.of("0/3", "4/3", "x", "1/0", "99999999999/99999999999")) {
            assertThatThrownBy(() -> Shard.parse(shard))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining(shard);
        }
        for (String balance : List.of("steering:0", "steering:1", "steering:-3", "steering:x", "colour")) {
            assertThatThrownBy(() -> Balancing.parse(balance)).isInstanceOf(UsageException.class);
        }
        for (String balance : List.of("classes", "steering")) {
            InputOptions options = new InputOptions();
            options.sampling.balance = Balancing.parse(balance);
            assertThatThrownBy(() -> batches(source, options).shuffled(1L, null))
                    .isInstanceOf(UsageException.class)
                    .hasMessageStartingWith("balance " + balance);
        }
        InputOptions tuned = new InputOptions();
        tuned.resources.autotune = true;
        tuned.resources.maxWorkers = 0;
        assertThatThrownBy(() -> batches(source, tuned).shuffled(1L, null)).isInstanceOf(UsageException.class);
    }

    @Test
    void shouldServeOneBatchAgainAndAgainAndLeaveNothing() throws Exception {
        Drawn source = new Drawn("", 10, i -> Labels.NONE);
        List<String> names = names(batches(source, new InputOptions()).cached(3L));
        assertThat(names).hasSize(8 * 4);
        assertThat(names.subList(4, 32)).isEqualTo(names.subList(0, 28));
    }

    @Test
    void shouldLookTheSameFromTheCacheAndWithAutotune(@TempDir Path folder) throws Exception {
        BatchShape shape = new BatchShape(4, 48, 48, 3, Batch.Format.UINT8_NHWC);
        Path file = folder.resolve("cache");
        List<InputOptions> ways = new ArrayList<>();
        for (int way = 0; way < 4; way++) {
            InputOptions options = new InputOptions();
            options.workers = 2;
            ways.add(options);
        }
        ways.get(1).resources.decodedCache = Bytes.mebibytes(20);
        ways.get(2).resources.decodedCache = new Bytes(100_000);
        ways.get(2).resources.decodedCacheFile = file;
        ways.get(3).resources.autotune = true;
        ways.get(3).resources.maxWorkers = 4;
        ways.get(3).resources.maxInputMemory = Bytes.mebibytes(1);
        Encoded source = new Encoded(50);
        List<List<Integer>> runs = new ArrayList<>();
        for (InputOptions way : ways) {
            List<Integer> hashes = new ArrayList<>();
            SampleBatches batches = new SampleBatches(source, shape, Policy.forYolo(), way, new PipelineListener() {});
            try (PipelineBatches stream = batches.shuffled(3L, null)) {
                for (Batch batch = stream.next(); batch != null; batch = stream.next()) {
                    hashes.add(31 * batch.pixels().hashCode() + batch.labels().hashCode());
                    batch.close();
                }
            }
            runs.add(hashes);
        }
        assertThat(runs.get(1)).as("cached in memory").isEqualTo(runs.get(0));
        assertThat(runs.get(2)).as("partly cached in a file").isEqualTo(runs.get(0));
        assertThat(runs.get(3)).as("tuned").isEqualTo(runs.get(0));
        assertThat(file).doesNotExist();
    }
}
