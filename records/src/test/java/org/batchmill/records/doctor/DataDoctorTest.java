package org.batchmill.records.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import javax.imageio.ImageIO;
import org.batchmill.records.annotations.AnnotatedFolder;
import org.batchmill.records.annotations.FolderOptions;
import org.batchmill.records.doctor.Finding.Kind;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The mistakes that the description of the real data sets names. */
class DataDoctorTest {

    @TempDir
    private Path temporary;

    @Test
    void shouldFindTheMistakesOfTheBloodCells() throws IOException {
        Diagnosis found = examine("bccd");
        assertThat(found.isHealthy()).isTrue();
        assertThat(found.samples()).isEqualTo(292);
        assertThat(found.droppedBoxes()).isEqualTo(2);
        assertThat(found.objects())
                .containsEntry("RBC", 3348L)
                .containsEntry("WBC", 301L)
                .containsEntry("Platelets", 292L);
        assertThat(found.sizes()).containsOnlyKeys("640x480");
        assertThat(found.findings())
                .filteredOn(finding -> finding.kind() == Kind.DOUBLE_BOX)
                .extracting(finding -> finding.sample().value())
                .contains("JPEGImages/BloodImage_00020.jpg", "JPEGImages/BloodImage_00331.jpg");
        assertThat(found.count(Kind.SHARED_CELL)).isPositive();
    }

    @Test
    void shouldFindTheTwinsOfTheRaccoons() throws IOException {
        Diagnosis found = examine("raccoon");
        assertThat(found.findings())
                .filteredOn(finding -> finding.kind() == Kind.DUPLICATE)
                .singleElement()
                .satisfies(finding -> assertThat(finding.sample() + " " + finding.detail())
                        .contains("raccoon-83.jpg")
                        .contains("raccoon-120.jpg"));
    }

    @Test
    void shouldTellMissingImagesFromMissingLabels() throws IOException {
        Diagnosis found = examine("broken/voc");
        assertThat(found.isHealthy()).isFalse();
        assertThat(found.count(Kind.LABELS_WITHOUT_IMAGE)).isEqualTo(1);
        assertThat(found.count(Kind.IMAGE_WITHOUT_LABELS)).isEqualTo(2);
        assertThat(found.count(Kind.DAMAGED)).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 96, 64, 96, 64, 0",
        "2, 96, 64, 96, 64, 1",
        "3, 96, 64, 96, 64, 1",
        "4, 96, 64, 96, 64, 1",
        "6, 96, 64, 64, 96, 0",
        "6, 64, 64, 64, 64, 1",
        "8, 64, 64, 64, 64, 1"
    })
    void shouldDoubtBoxesOfImagesWhoseTurnSizesCannotTell(
            int orientation, int width, int height, int declaredWidth, int declaredHeight, long doubts)
            throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("a"));
        Files.write(folder.resolve("p.jpg"), turned(orientation, width, height));
        Files.writeString(
                folder.resolve("p.xml"),
                "<annotation><size><width>" + declaredWidth + "</width><height>" + declaredHeight
                        + "</height></size><object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin>"
                        + "<xmax>20</xmax><ymax>20</ymax></bndbox></object></annotation>");
        Diagnosis found = examine(folder);
        assertThat(found.count(Kind.DAMAGED)).isZero();
        assertThat(found.count(Kind.TURNED)).isEqualTo(doubts);
    }

    @Test
    void shouldDoubtBoxesOfYoloForEveryTurn() throws IOException {
        Path images = Files.createDirectories(temporary.resolve("images"));
        Path labels = Files.createDirectories(temporary.resolve("labels"));
        for (int orientation = 1; orientation <= 8; orientation++) {
            Files.write(images.resolve(orientation + ".jpg"), turned(orientation, 96, 64 + orientation));
            Files.writeString(labels.resolve(orientation + ".txt"), "0 .5 .5 .5 .5");
        }
        assertThat(examine(temporary).count(Kind.TURNED)).isEqualTo(7);
    }

    @Test
    void shouldNoticeClassesOfNearlyTheSameName() throws IOException {
        for (String name : List.of("Cat", "cat", "dog", "traffic light", "traffic_light")) {
            Path folder = Files.createDirectories(temporary.resolve(name));
            Files.write(folder.resolve(name.hashCode() + ".jpg"), turned(1, 8, 8));
        }
        assertThat(examine(temporary).notices())
                .containsExactly("classes of nearly the same name are different classes: Cat and cat; traffic light and"
                        + " traffic_light");
    }

    @Test
    void shouldNameOfManyAlikeObjectsEachOnce() throws IOException {
        Path images = Files.createDirectories(temporary.resolve("images"));
        Path labels = Files.createDirectories(temporary.resolve("labels"));
        Files.write(images.resolve("a.jpg"), turned(1, 64, 64));
        Files.writeString(labels.resolve("a.txt"), "0 .5 .5 .5 .5\n".repeat(20_000));
        Diagnosis found = examine(temporary);
        assertThat(found.count(Kind.DOUBLE_BOX)).isEqualTo(19_999);
        assertThat(found.count(Kind.SHARED_CELL)).isEqualTo(19_999);
    }

    private static byte[] turned(int orientation, int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "jpg", bytes);
        byte[] exif = HexFormat.of()
                .parseHex(
                        "ffe10022457869660000" + "49492a0008000000" + "0100" + "120103000100000000000000" + "00000000");
        exif[28] = (byte) orientation;
        byte[] plain = bytes.toByteArray();
        return ByteBuffer.allocate(plain.length + exif.length)
                .put(plain, 0, 2)
                .put(exif)
                .put(plain, 2, plain.length - 2)
                .array();
    }

    private static Diagnosis examine(Path folder) throws IOException {
        FolderOptions options = FolderOptions.defaults();
        return DataDoctor.examine(AnnotatedFolder.open(folder, options), options.rules(), 7, sample -> {});
    }

    private static Diagnosis examine(String name) throws IOException {
        return examine(SharedData.data(name));
    }
}
