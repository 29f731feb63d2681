package org.batchmill.jobs.task;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.batchmill.records.OptionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Options of other tasks, of topics and of gangs were taken, written down and not looked at. */
class UnusedOptionsTest {

    private static TrainOptions options(TaskKind task, String given) {
        Map<String, String> values = new HashMap<>();
        for (String each : given.split(" ", -1)) {
            int equals = each.indexOf('=');
            values.put(each.substring(0, equals), each.substring(equals + 1));
        }
        return TrainOptions.of(task).with(values);
    }

    @ParameterizedTest
    @CsvSource({
        "YOLO, target=a, 'target is for line and table, not for yolo'",
        "YOLO, camera-offset=.2, 'cameraOffset is for steering, not for yolo'",
        "STEERING, classes=a, 'classes is for yolo, digits and classify, not for steering'",
        "DIGITS, recipe=modern, 'recipe is for yolo, steering and classify, not for digits'",
        "TABLE, policy=yolo, 'policy is for yolo, steering, digits and classify, not for table'",
        "LINE, max-pixels=5, 'maxPixels is for yolo, steering, digits and classify, not for line'",
        "YOLO, val-keys=.2, 'valKeys is for topics: data kafka:TOPIC'",
        "YOLO, bootstrap=h:1, 'bootstrap is for topics: data kafka:TOPIC'",
        "YOLO, data=kafka:t split=train, 'split is for files, not for topics'",
        "YOLO, sync=async, 'sync is for gangs: give ranks'",
        "YOLO, max-repeat=2, 'maxRepeat is for balance, which is not given'",
        "YOLO, cache-size=1g, 'cacheSize is for cacheDir, which is not given'"
    })
    void shouldRefuseWhatATrainingDoesNotLookAt(TaskKind task, String given, String told) {
        TrainOptions options = options(task, given);
        assertThatThrownBy(() -> options.requireUse(false))
                .isInstanceOf(OptionException.class)
                .hasMessage(told);
    }

    @ParameterizedTest
    @CsvSource({
        "TABLE, target=a",
        "STEERING, camera-offset=.2",
        "YOLO, classes=a",
        "YOLO, data=kafka:t val-keys=.2",
        "YOLO, max-repeat=2 balance=classes",
        "YOLO, max-repeat=5"
    })
    void shouldTakeWhatItLooksAt(TaskKind task, String given) {
        assertThatCode(() -> options(task, given).requireUse(false)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(TaskKind.class)
    void shouldTakeWhatEveryTaskIsUsually(TaskKind task) {
        assertThatCode(() -> TrainOptions.of(task).requireUse(false)).doesNotThrowAnyException();
    }

    @Test
    void shouldLeaveToAGangAndToARunThatGoesOnWhatTheyKeep() {
        TrainOptions options = options(TaskKind.YOLO, "sync=every:3");
        assertThatCode(() -> options.requireUse(true)).doesNotThrowAnyException();
        options.run().resume = true;
        assertThatCode(() -> options.requireUse(false)).doesNotThrowAnyException();
        TrainOptions alone = TrainOptions.of(TaskKind.YOLO);
        alone.run().fallback = true;
        assertThatThrownBy(() -> alone.requireUse(false)).hasMessageContaining("fallback says what resume does");
    }
}
