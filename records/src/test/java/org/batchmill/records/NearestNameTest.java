package org.batchmill.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

    private static final List<String> KNOWN =
            List.of("adam", "adamw:DECAY", "steps:N,F", "yolo-v1-mini", "yolo-v1-mini-14", "pilotnet");

    @ParameterizedTest
    @CsvSource({
        "addam, adam",
        "adma, adam", // neighbours swapped are one mistake
        "ADAM, adam",
        "adamv, adam", // the first of equals
        "step, steps", // a form is known by its name
        "steps:3, steps",
        "yolo-v1-min, yolo-v1-mini",
        "yolov1-mini, yolo-v1-mini",
        "pilot-net, pilotnet",
        "resnet,",
        "x,",
        "'',"
    })
    void shouldFindWhatWasProbablyMeant(String given, String meant) {
        assertThat(NearestName.of(given, KNOWN).orElse(null)).isEqualTo(meant);
    }
}
