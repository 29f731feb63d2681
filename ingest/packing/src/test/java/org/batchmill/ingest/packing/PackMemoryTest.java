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

/** Packs far more bytes of pictures than the process may have of heap and direct memory together. */
@Tag("concurrent")
class PackMemoryTest {

    private static final int PICTURES = 300;
    private static final int MEGABYTES = 64;

    @TempDir
    private Path folder;

    @Test
    void shouldNotNeedMemoryForTheBytesOfAllPictures() throws Exception {
        byte[] picture = DrawnDataSet.picture(1, "bmp", 1000, 700);
        Path pictures = Files.createDirectories(folder.resolve("data/noise"));
        for (int i = 0; i < PICTURES; i++) {
            Files.write(pictures.resolve(DrawnDataSet.name(i) + ".bmp"), picture);
        }
        assertThat((long) picture.length * PICTURES).isGreaterThan(4L * 2 * MEGABYTES * (1 << 20));

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
