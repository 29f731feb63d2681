package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packs far more bytes of images than the process may have of heap and direct memory together. */
@Tag("concurrent")
class PackMemoryTest {

    private static final int IMAGES = 150;
    private static final int MEGABYTES = 64;

    @TempDir
    private Path folder;

    @Test
    void shouldNotNeedMemoryForTheBytesOfAllImages() throws Exception {
        byte[] image = DrawnDataSet.image(1, "bmp", 1000, 700);
        Path images = Files.createDirectories(folder.resolve("data/noise"));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(images.resolve(DrawnDataSet.name(i) + ".bmp"), image);
        }
        assertThat((long) image.length * IMAGES).isGreaterThan(2L * 2 * MEGABYTES * (1 << 20));

        Process child = PackInAnotherProcess.start(
                "",
                List.of("-Xmx" + MEGABYTES + "m", "-XX:MaxDirectMemorySize=" + MEGABYTES + "m"),
                folder.resolve("data"),
                folder.resolve("out/d"));

        String errors = new String(child.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(errors).isZero();
        assertThat(folder.resolve("out/d-dataset.json")).exists();
    }
}
