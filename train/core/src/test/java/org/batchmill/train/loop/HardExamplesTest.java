package org.batchmill.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.Program;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.reference.JavaEngine;
import org.junit.jupiter.api.Test;

class HardExamplesTest {

    private static final int ROWS = 20;

    /** The first four images of twenty carry another quarter's name. */
    private static List<Sample> partlyWrong() {
        List<Sample> samples = new ArrayList<>(Lesson.samples(ROWS, 1));
        for (int n = 0; n < 4; n++) {
            Sample right = samples.get(n);
            String wrong = Lesson.TASK.classes().get((n + 1) % 4);
            samples.set(n, new Sample(right.id(), right.content(), new Labels.ClassLabel(wrong)));
        }
        return samples;
    }

    private static Program trained() throws Exception {
        Program program = new JavaEngine().compile(Lesson.spec(ROWS));
        TrainingLoop.of(program, Lesson.TASK, Lesson.batches(ROWS))
                .schedule(new Schedule.Constant(.02))
                .steps(60)
                .build()
                .run();
        return program;
    }

    @Test
    void shouldDrawRowsWithALargeLossMoreOftenAndOthersNowAndThen() throws Exception {
        try (Program program = trained();
                Batch batch = new ArrayBatches(Lesson.SHAPE, partlyWrong(), ROWS, 1, null).next()) {
            HardExamples half = new HardExamples(program, Lesson.TASK, .5);
            Map<String, Integer> drawn = new HashMap<>();
            for (int step = 0; step < 300; step++) {
                try (Batch chosen = half.choose(batch, step)) {
                    assertThat(chosen.size()).isEqualTo(10);
                    for (int row = 0; row < chosen.size(); row++) {
                        drawn.merge(chosen.id(row).value(), 1, Integer::sum);
                    }
                }
            }
            for (int n = 0; n < 4; n++) {
                assertThat(drawn.get("image" + n)).as("a wrong label").isGreaterThan(270);
            }
            assertThat(drawn).as("easy rows have their chance").hasSize(ROWS);
        }
    }

    @Test
    void shouldCopyTheChosenRowsWithTheirLabels() throws Exception {
        try (Program program = new JavaEngine().compile(Lesson.spec(4));
                Batch batch = new ArrayBatches(Lesson.SHAPE, partlyWrong(), ROWS, 1, null).next();
                Batch chosen = new HardExamples(program, Lesson.TASK, .25).choose(batch, 7);
                Batch again = new HardExamples(program, Lesson.TASK, .25).choose(batch, 7);
                Batch next = new HardExamples(program, Lesson.TASK, .25).choose(batch, 8)) {
            List<String> ids = new ArrayList<>();
            int rowBytes = batch.pixels().remaining() / ROWS;
            for (int row = 0; row < chosen.size(); row++) {
                ids.add(chosen.id(row).value());
                int at = Integer.parseInt(chosen.id(row).value().substring("image".length()));
                assertThat(chosen.labels(row)).isEqualTo(batch.labels(at));
                assertThat(chosen.labels().get(row)).isEqualTo(batch.labels(at));
                assertThat(chosen.pixels().slice(row * rowBytes, rowBytes))
                        .isEqualTo(batch.pixels().slice(at * rowBytes, rowBytes));
            }
            assertThat(ids).hasSize(5).doesNotHaveDuplicates();
            assertThat(again.pixels()).as("a function of seed and step").isEqualTo(chosen.pixels());
            assertThat(next.pixels()).isNotEqualTo(chosen.pixels());
        }
    }

    @Test
    void shouldRefuseAShareThatChoosesNothingOrAll() {
        try (Program program = Lesson.program(4)) {
            TrainingLoopBuilder builder = TrainingLoop.of(program, Lesson.TASK, Lesson.batches(4));
            assertThatThrownBy(() -> builder.hardExamples(0)).isInstanceOf(UsageException.class);
            assertThatThrownBy(() -> builder.hardExamples(1)).isInstanceOf(UsageException.class);
        }
    }
}
