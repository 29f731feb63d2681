package org.batchmill.jobs.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Layer;
import org.batchmill.train.task.TaskDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskDefinitionTest {

    @ParameterizedTest
    @CsvSource({"yolo-v1-mini, YOLO", "digits-cnn, DIGITS", "pilotnet-small, STEERING", "line, LINE", "table, TABLE"})
    void shouldBelongToTheFamilyOfItsModels(String model, TaskKind kind) throws Exception {
        assertThat(TaskDefinition.ofModel(model)).hasSameClassAs(kind.definition());
        NamedModel named = NamedModel.of(model, List.of(), Layer.BatchNorm.Rule.STANDARD);
        assertThat(named.task().loss()).isNotNull();
        assertThat(named.task().core().description().kind())
                .isEqualTo(kind.definition().checkpointKind());
    }

    @ParameterizedTest
    @CsvSource({"yolo-v1-mini", "digits-cnn", "pilotnet-small", "line", "table"})
    void shouldComeBackFromWhatACheckpointKeepsOfIt(String model) throws Exception {
        NetworkTask task =
                NamedModel.of(model, List.of(), Layer.BatchNorm.Rule.STANDARD).task();
        TaskDescription kept = task.core().description();
        assertThat(NetworkTask.of(kept).core().description()).isEqualTo(kept);
        assertThat(NetworkTask.of(kept).loss()).hasSameClassAs(task.loss());
    }

    @Test
    void shouldRefuseACheckpointOfAnotherWorld() {
        TaskDescription strange = new TaskDescription("translation", List.of(), Map.of());
        assertThatThrownBy(() -> NetworkTask.of(strange))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("translation");
    }

    @ParameterizedTest
    @EnumSource(value = TaskKind.class, names = "STEERING", mode = EnumSource.Mode.EXCLUDE)
    void shouldLeaveTheViewOfFramesToSteering(TaskKind kind) {
        TrainOptions options = TrainOptions.of(kind);
        options.frames().frames = 3;
        assertThatThrownBy(() -> kind.definition().view(options))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("inputSize, frames and frameGap are for steering");
    }

    @Test
    void shouldDetectAndSteerOnlyWithNetworksThatDo() throws Exception {
        NetworkTask digits = NamedModel.of("digits-cnn", List.of(), Layer.BatchNorm.Rule.STANDARD)
                .task();
        assertThatThrownBy(() -> digits.detector(Path.of("a.ckpt")))
                .isInstanceOf(UsageException.class)
                .hasMessage("a.ckpt is not of a detector, but of classification");
        assertThatThrownBy(() -> digits.driver(Path.of("a.ckpt")))
                .isInstanceOf(UsageException.class)
                .hasMessage("a.ckpt does not steer: it was trained for classification");
        assertThatThrownBy(digits::angles).isInstanceOf(UsageException.class);
    }
}
