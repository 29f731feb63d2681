package org.batchmill.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.pixels.Image;
import org.batchmill.records.DataException;
import org.batchmill.testing.SharedData;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every image of the broken set ends as its manifest says: read with the stated size and colours, or refused with a fitting kind. */
class BrokenImagesTest {

    @TestFactory
    Stream<DynamicTest> shouldEndAsTheManifestSays() throws Exception {
        Path folder = SharedData.data("broken");
        List<JsonNode> files = new ArrayList<>();
        new ObjectMapper()
                .readTree(folder.resolve("manifest.json").toFile())
                .path("files")
                .forEach(files::add);
        return files.stream()
                .filter(file -> file.path("category").asText().equals("images"))
                .map(file -> DynamicTest.dynamicTest(file.path("file").asText(), () -> check(folder, file)));
    }

    private static void check(Path folder, JsonNode file) throws Exception {
        String name = file.path("file").asText();
        List<String> kinds = new ArrayList<>();
        file.path("error_classes").forEach(kind -> kinds.add(kind.asText()));
        byte[] bytes = Files.readAllBytes(folder.resolve(name));
        try (BufferAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator);
                Image image = decoder.decode(ByteBuffer.wrap(bytes), name, 3)) {
            assertThat(file.path("expect").asText()).isIn("ok", "either");
            JsonNode facts = file.path("facts");
            boolean turned = facts.has("upright_width");
            assertThat(image.width())
                    .isEqualTo(facts.path(turned ? "upright_width" : "width").asInt());
            assertThat(image.height())
                    .isEqualTo(facts.path(turned ? "upright_height" : "height").asInt());
            if (facts.has("mean_rgb_pillow")) {
                assertMean(image, facts.path("mean_rgb_pillow"));
            }
        } catch (DataException e) {
            assertThat(file.path("expect").asText()).isIn("error", "either");
            assertThat(e.kind().word()).isIn(kinds);
            assertThat(e).hasMessageStartingWith(name);
            assertThat(e.getMessage()).doesNotContain("\n");
        }
    }

    /** CMYK conversions round differently by one level. */
    private static void assertMean(Image image, JsonNode expected) {
        try (Scalar mean = opencv_core.mean(image.mat())) {
            for (int channel = 0; channel < 3; channel++) {
                assertThat(mean.get(channel)).isCloseTo(expected.path(channel).asDouble(), within(1.1));
            }
        }
    }
}
