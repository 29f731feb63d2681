package org.batchmill.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.transform.Normalization;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.junit.jupiter.api.Test;

class SampleAssemblerTest {

    private static final Draw DRAW = new Draw(7, 0, 0);

    private interface Use {
        void with(SampleAssembler assembler, PooledBatch batch) throws Exception;
    }

    private static void using(BatchShape shape, Policy policy, Use use) throws Exception {
        try (BufferAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator);
                BatchPool pool = new BatchPool(shape, 1, allocator);
                SampleAssembler assembler = new SampleAssembler(pool, decoder, policy, allocator);
                PooledBatch batch = assembler.open(0)) {
            use.with(assembler, batch);
        }
    }

    private static void write(SampleAssembler assembler, PooledBatch batch, int row, Sample sample) throws Exception {
        DecodedSample decoded = assembler.decode(sample, DRAW);
        try {
            assembler.write(batch, row, decoded, List.of(), DRAW);
        } finally {
            assembler.release(decoded);
        }
    }

    private static Sample raw(String id, int height, int width, int channels, Labels labels, int... pixels) {
        byte[] bytes = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            bytes[i] = (byte) pixels[i];
        }
        return new Sample(
                new SampleId(id), new Content.RawImage(ByteBuffer.wrap(bytes), height, width, channels), labels);
    }

    @Test
    void shouldLeavePixelsOfTheRightSizeAlone() throws Exception {
        using(new BatchShape(2, 2, 2, 1, Batch.Format.UINT8_NHWC), Policy.NONE, (assembler, batch) -> {
            write(assembler, batch, 0, raw("a", 2, 2, 1, Labels.NONE, 1, 2, 3, 4));
            write(assembler, batch, 1, raw("b", 2, 2, 1, new Labels.ClassLabel("7"), 5, 6, 7, 255));
            assembler.seal(batch, 2);
            ByteBuffer pixels = batch.pixels();
            byte[] all = new byte[8];
            pixels.get(all);
            assertThat(all).containsExactly(1, 2, 3, 4, 5, 6, 7, -1);
            assertThat(pixels.order()).isEqualTo(ByteOrder.nativeOrder());
            assertThat(batch.id(1)).isEqualTo(new SampleId("b"));
            assertThat(batch.labels()).containsExactly(Labels.NONE, new Labels.ClassLabel("7"));
        });
    }

    @Test
    void shouldLayOutPlanesForNchw() throws Exception {
        using(new BatchShape(1, 1, 2, 3, Batch.Format.FLOAT32_NCHW), Policy.NONE, (assembler, batch) -> {
            write(assembler, batch, 0, raw("a", 1, 2, 3, Labels.NONE, 0, 51, 102, 153, 204, 255));
            assembler.seal(batch, 1);
            float[] values = new float[6];
            batch.pixels().asFloatBuffer().get(values);
            assertThat(values).containsExactly(new float[] {0f, 0.6f, 0.2f, 0.8f, 0.4f, 1f}, within(1e-6f));
        });
    }

    @Test
    void shouldCarryRowsOfNumbers() throws Exception {
        using(new BatchShape(1, 1, 3, 1, Batch.Format.FLOAT32_NHWC), Policy.NONE, (assembler, batch) -> {
            Labels targets = new Labels.Targets(new float[] {4});
            write(
                    assembler,
                    batch,
                    0,
                    new Sample(new SampleId("r"), new Content.Features(new float[] {1, -2, 3}), targets));
            assembler.seal(batch, 1);
            float[] values = new float[3];
            batch.pixels().asFloatBuffer().get(values);
            assertThat(values).containsExactly(1f, -2f, 3f);
            assertThat(batch.labels(0)).isSameAs(targets);
        });
    }

    @Test
    void shouldRefuseBoxesThatMakeNoSense() throws Exception {
        using(new BatchShape(1, 2, 2, 1, Batch.Format.UINT8_NHWC), Policy.NONE, (assembler, batch) -> {
            for (Box box : List.of(
                    new Box("a", Float.NaN, 0, 1, 1),
                    new Box("a", 0.6f, 0, 0.4f, 1),
                    new Box("a", 0, 0, Float.POSITIVE_INFINITY, 1))) {
                Sample sample = raw("x.png", 2, 2, 1, new Labels.Boxes(List.of(box)), 1, 2, 3, 4);
                assertThatThrownBy(() -> assembler.decode(sample, DRAW))
                        .isInstanceOfSatisfying(DataException.class, e -> assertThat(e.kind())
                                .isEqualTo(DataException.Kind.BAD_ANNOTATION))
                        .hasMessageStartingWith("x.png: box 0");
            }
        });
    }

    @Test
    void shouldClipBoxesAndDropWhatIsOutsideOrEmpty() throws Exception {
        using(new BatchShape(1, 2, 2, 1, Batch.Format.UINT8_NHWC), Policy.NONE, (assembler, batch) -> {
            Labels boxes = new Labels.Boxes(List.of(
                    new Box("cut", -0.5f, 0.25f, 0.5f, 1.5f),
                    new Box("outside", 1.2f, 0, 1.5f, 1),
                    new Box("empty", 0.5f, 0.5f, 0.5f, 0.5f)));
            write(assembler, batch, 0, raw("x", 2, 2, 1, boxes, 1, 2, 3, 4));
            assembler.seal(batch, 1);
            assertThat(batch.labels(0))
                    .isEqualTo(new Labels.Boxes(List.of(new Box("cut", 0, 0.25f, 0.5f, 1, false, true))));
            assertThat(assembler.emptyBoxes()).isEqualTo(1);
        });
    }

    @Test
    void shouldFindBatchesThatWereNotClosed() throws Exception {
        try (BufferAllocator allocator = new RootAllocator()) {
            BatchPool pool = new BatchPool(new BatchShape(1, 1, 1, 1, Batch.Format.UINT8_NHWC), 1, allocator);
            PooledBatch batch = pool.open();
            assertThatThrownBy(pool::close).hasMessageContaining("1 batches were not closed");
            batch.close();
            assertThatThrownBy(batch::size).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shouldNormalizeFloatsByChannelAndByImage() throws Exception {
        Policy channels = Policy.NONE.withNormalization(
                new Normalization.Channels(List.of(0.2, 0.4, 0.6), List.of(0.5, 0.25, 0.2)));
        for (Batch.Format format : List.of(Batch.Format.FLOAT32_NHWC, Batch.Format.FLOAT32_NCHW)) {
            using(new BatchShape(1, 1, 1, 3, format), channels, (assembler, batch) -> {
                write(assembler, batch, 0, raw("a", 1, 1, 3, Labels.NONE, 51, 153, 255));
                assembler.seal(batch, 1);
                float[] values = new float[3];
                batch.pixels().asFloatBuffer().get(values);
                assertThat(values).containsExactly(new float[] {0, 0.8f, 2}, within(1e-5f));
            });
        }
        Policy image = Policy.NONE.withNormalization(new Normalization.PerImage());
        using(new BatchShape(2, 1, 4, 1, Batch.Format.FLOAT32_NHWC), image, (assembler, batch) -> {
            write(assembler, batch, 0, raw("a", 1, 4, 1, Labels.NONE, 1, 3, 1, 3));
            write(assembler, batch, 1, raw("b", 1, 4, 1, Labels.NONE, 9, 9, 9, 9));
            assembler.seal(batch, 2);
            float[] values = new float[8];
            batch.pixels().asFloatBuffer().get(values);
            assertThat(values).containsExactly(new float[] {-1, 1, -1, 1, 0, 0, 0, 0}, within(1e-5f));
        });
    }

    @Test
    void shouldTreatStackedFramesAlike() throws Exception {
        Policy policy = Policy.forYolo(0.1, 1.5, 1.5);
        int[] once = new int[12 * 12 * 3];
        int[] twice = new int[12 * 12 * 6];
        for (int pixel = 0; pixel < 144; pixel++) {
            for (int c = 0; c < 3; c++) {
                once[3 * pixel + c] = (pixel * 7 + c * 50) % 256;
                twice[6 * pixel + c] = once[3 * pixel + c];
                twice[6 * pixel + 3 + c] = once[3 * pixel + c];
            }
        }
        byte[] one = new byte[8 * 8 * 3];
        using(new BatchShape(1, 8, 8, 3, Batch.Format.UINT8_NHWC), policy, (assembler, batch) -> {
            write(assembler, batch, 0, raw("a", 12, 12, 3, Labels.NONE, once));
            assembler.seal(batch, 1);
            batch.pixels().get(one);
        });
        using(new BatchShape(1, 8, 8, 6, Batch.Format.UINT8_NHWC), policy, (assembler, batch) -> {
            write(assembler, batch, 0, raw("a", 12, 12, 6, Labels.NONE, twice));
            assembler.seal(batch, 1);
            byte[] two = new byte[8 * 8 * 6];
            batch.pixels().get(two);
            for (int pixel = 0; pixel < 64; pixel++) {
                for (int c = 0; c < 6; c++) {
                    assertThat(two[6 * pixel + c]).isEqualTo(one[3 * pixel + c % 3]);
                }
            }
        });
    }

    @Test
    void shouldGivePaddedArraysOfBoxesWithoutCrowds() throws Exception {
        using(new BatchShape(2, 2, 2, 1, Batch.Format.UINT8_NHWC), Policy.NONE, (assembler, batch) -> {
            Box a = new Box("a", 0, 0, 0.5f, 0.5f);
            Box b = new Box("b", 0.25f, 0.5f, 0.75f, 1);
            write(assembler, batch, 0, raw("x", 2, 2, 1, new Labels.Boxes(List.of(a)), 1, 2, 3, 4));
            Box crowd = new Box("b", 0, 0, 1, 1, false, false, true);
            write(assembler, batch, 1, raw("y", 2, 2, 1, new Labels.Boxes(List.of(b, crowd, a, a)), 1, 2, 3, 4));
            assembler.seal(batch, 2);
            assertThat(((Labels.Boxes) batch.labels(1)).boxes()).containsExactly(b, crowd, a, a);
            float[] edges = new float[2 * 2 * 4];
            int[] classes = new int[2 * 2];
            int[] counts = new int[2];
            batch.boxes(2, List.of("b"), FloatBuffer.wrap(edges), IntBuffer.wrap(classes), IntBuffer.wrap(counts));
            assertThat(counts).containsExactly(1, 2);
            assertThat(classes).containsExactly(-1, 0, 0, -1);
            assertThat(edges).containsExactly(0, 0, 0.5f, 0.5f, 0, 0, 0, 0, 0.25f, 0.5f, 0.75f, 1, 0, 0, 0.5f, 0.5f);
        });
    }

    @Test
    void shouldServeABatchAgainWithoutGivingItsSlotBack() throws Exception {
        using(new BatchShape(1, 2, 2, 1, Batch.Format.UINT8_NHWC), Policy.NONE, (assembler, batch) -> {
            write(assembler, batch, 0, raw("x", 2, 2, 1, Labels.NONE, 1, 2, 3, 4));
            assembler.seal(batch, 1);
            for (int time = 0; time < 3; time++) {
                try (PooledBatch again = assembler.again(batch)) {
                    assertThat(again.pixels()).isEqualTo(batch.pixels());
                    assertThat(again.id(0)).isEqualTo(new SampleId("x"));
                }
            }
            assertThat(batch.size()).isEqualTo(1);
            assertThat(assembler.batchBytes(batch)).isEqualTo(4);
        });
    }
}
