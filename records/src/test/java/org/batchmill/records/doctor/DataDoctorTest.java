package org.batchmill.records.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.batchmill.records.annotations.AnnotatedFolder;
import org.batchmill.records.annotations.FolderOptions;
import org.batchmill.records.doctor.Finding.Kind;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.Test;

/** The mistakes that the description of the real data sets names. */
class DataDoctorTest {

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
    void shouldTellMissingPicturesFromMissingLabels() throws IOException {
        Diagnosis found = examine("broken/voc");
        assertThat(found.isHealthy()).isFalse();
        assertThat(found.count(Kind.LABELS_WITHOUT_PICTURE)).isEqualTo(1);
        assertThat(found.count(Kind.PICTURE_WITHOUT_LABELS)).isEqualTo(2);
        assertThat(found.count(Kind.DAMAGED)).isEqualTo(5);
    }

    private static Diagnosis examine(String name) throws IOException {
        FolderOptions options = FolderOptions.defaults();
        AnnotatedFolder folder = AnnotatedFolder.open(SharedData.data(name), options);
        return DataDoctor.examine(folder, options.rules(), 7, sample -> {});
    }
}
