package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.records.Box;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.Test;

/** Real data sets, good and broken; the numbers are those of the data's own description. */
class SharedDataSetsTest {

    @Test
    void shouldReadVocWithItsListsAndDropTheBoxesWithoutArea() throws IOException {
        FolderOptions options = FolderOptions.defaults();
        AnnotatedFolder all = AnnotatedFolder.open(SharedData.data("bccd"), options);
        assertThat(all.format()).isEqualTo(AnnotationFormat.VOC);
        assertThat(all.classes()).containsExactly("Platelets", "RBC", "WBC");
        assertThat(all.lists()).containsExactly("train", "trainval", "val");
        assertThat(all.size()).isEqualTo(292);
        assertThat(count(all.only("train"))).isEqualTo(Map.of("RBC", 2381, "WBC", 214, "Platelets", 209));
        assertThat(count(all.only("val"))).isEqualTo(Map.of("RBC", 967, "WBC", 87, "Platelets", 83));
        assertThat(options.rules().dropped()).isEqualTo(2);
        assertThat(options.rules().clipped()).isZero();
        assertThat(all.entry(0).id().value()).startsWith("JPEGImages/BloodImage_");
    }

    @Test
    void shouldReadVocUnderLowerCaseFolderNames() throws IOException {
        AnnotatedFolder all = AnnotatedFolder.open(SharedData.data("raccoon"), FolderOptions.defaults());
        assertThat(all.format()).isEqualTo(AnnotationFormat.VOC);
        assertThat(all.size()).isEqualTo(130);
        assertThat(count(all).keySet()).containsExactly("raccoon");
    }

    @Test
    void shouldReadTheSimulatorsLogWithAndWithoutTheSideCameras() throws IOException {
        AnnotatedFolder centre = AnnotatedFolder.open(SharedData.data("steering-images"), FolderOptions.defaults());
        assertThat(centre.format()).isEqualTo(AnnotationFormat.UDACITY);
        assertThat(centre.size()).isEqualTo(300);
        assertThat(centre.read(2).labels()).isEqualTo(new Labels.Steering(0.3995205f));
        assertThat(centre.read(2).id().value()).isEqualTo("IMG/center_2018_07_16_17_12_51_536.jpg");
        AnnotatedFolder three = AnnotatedFolder.open(
                SharedData.data("steering-images"), FolderOptions.defaults().withCameraOffset(0.25));
        assertThat(three.size()).isEqualTo(900);
        assertThat(three.read(4).labels()).isEqualTo(new Labels.Steering(0.1f));
        assertThat(three.read(5).labels()).isEqualTo(new Labels.Steering(-0.4f));
    }

    @Test
    void shouldReadASteeringLog() throws IOException {
        SteeringLog log = SteeringLog.read(SharedData.data("steering/epoch01_steering.csv"));
        assertThat(log.rows()).hasSize(505);
        assertThat(log.rows().stream().filter(row -> row.wheel() != 0)).hasSize(163);
        assertThat(log.rows().get(1).microseconds()).hasValue(1531761170352000L);
    }

    @Test
    void shouldEndEachBrokenAnnotationAsItsManifestSays() throws IOException {
        List<String> classes = List.of("RBC", "WBC", "Platelets");
        AnnotatedFolder all = AnnotatedFolder.open(SharedData.data("broken/voc"), FolderOptions.ofClasses(classes));
        Map<String, String> ends = new TreeMap<>();
        for (String list : all.lists()) {
            AnnotatedFolder one = all.only(list);
            assertThat(one.size()).as(list).isEqualTo(1);
            ends.put(list, end(one));
        }
        assertThat(ends)
                .isEqualTo(Map.of(
                        "box-outside", "bad-annotation at b_outside.xml: object 1",
                        "entity-expansion", "unsupported at b_laughs.xml",
                        "missing-image", "missing at b_missing_image.jpg",
                        "missing-xml", "missing at b_missing_xml.xml",
                        "no-objects", "0 boxes",
                        "non-numeric", "bad-annotation at b_text.xml: object 1: xmin",
                        "not-well-formed", "truncated at b_cut.xml: line 23",
                        "size-mismatch", "bad-annotation at b_size.xml",
                        "unknown-class", "bad-annotation at b_unknown.xml: object 1"));
    }

    private static String end(AnnotatedFolder folder) throws IOException {
        try {
            Labels.Boxes labels = (Labels.Boxes) folder.read(0).labels();
            return labels.boxes().size() + " boxes";
        } catch (DataException e) {
            return e.kind().word() + " at " + e.where().substring(e.where().lastIndexOf('/') + 1);
        }
    }

    private static Map<String, Integer> count(AnnotatedFolder folder) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (long i = 0; i < folder.size(); i++) {
            Sample sample = folder.read(i);
            for (Box box : ((Labels.Boxes) sample.labels()).boxes()) {
                counts.merge(box.className(), 1, Integer::sum);
            }
        }
        return counts;
    }
}
