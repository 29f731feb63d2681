package org.batchmill.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.transform.Mixing;
import org.batchmill.augment.transform.Policy;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.junit.jupiter.api.Test;

class AugmentPreviewTest {

    @Test
    void shouldShowOriginalsAndVariantsOfEverySample() throws Exception {
        Labels boxes = new Labels.Boxes(List.of(new Box("mark", 0.2f, 0.2f, 0.6f, 0.6f)));
        Content image = new Content.RawImage(ByteBuffer.allocate(60 * 80 * 3), 60, 80, 3);
        List<Sample> samples = List.of(
                new Sample(new SampleId("a.png"), image, boxes), new Sample(new SampleId("b.png"), image, boxes));
        Policy mosaic = Policy.forYolo().withMixing(new Mixing(Mixing.Kind.MOSAIC, 1));
        try (BufferAllocator allocator = new RootAllocator()) {
            try (Canvas one = new AugmentPreview(Policy.forYolo(), 96, 96, 3, 1, List.of("mark"))
                            .draw(samples, allocator);
                    Canvas two = new AugmentPreview(mosaic, 96, 96, 3, 1, List.of("mark")).draw(samples, allocator)) {
                assertThat(one.width()).isGreaterThan(4 * 240);
                assertThat(one.height()).isGreaterThan(2 * 240);
                assertThat(one.png()).isNotEqualTo(two.png());
            }
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
    }
}
