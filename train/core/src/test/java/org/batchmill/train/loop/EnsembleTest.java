package org.batchmill.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.batchmill.batches.Batch;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.batchmill.train.reference.JavaEngine;
import org.junit.jupiter.api.Test;

class EnsembleTest {

    private static Program member(long seed) {
        return new JavaEngine().compile(Lesson.spec(4).toBuilder().seed(seed).build());
    }

    @Test
    void shouldAverageWhatItsMembersPredict() throws Exception {
        try (Program first = member(1);
                Program second = member(2);
                Batch batch = Lesson.validation().next()) {
            MicroBatches pieces = new MicroBatches(batch, first.spec());
            float[] one = new float[16];
            float[] two = new float[16];
            float[] both = new float[16];
            first.predict(pieces.pixels(0), 4, one);
            second.predict(pieces.pixels(0), 4, two);
            Predictor ensemble = Predictor.ensemble(List.of(first, second), Lesson.TASK);
            ensemble.predict(pieces.pixels(0), 4, both);
            float[] expected = Lesson.TASK.average(List.of(one, two), 4);
            assertThat(one).isNotEqualTo(two);
            for (int i = 0; i < both.length; i++) {
                assertThat(both[i]).isCloseTo(expected[i], within(1e-6f));
            }
            Evaluator.Outcome outcome =
                    new Evaluator(ensemble, Lesson.TASK, first.spec().loss()).evaluate(Lesson.validation());
            assertThat(outcome.samples()).isEqualTo(60);
            assertThat(outcome.loss())
                    .as("the task and the loss measure the same")
                    .isCloseTo(outcome.scores().get("loss"), within(1e-5));
        }
    }

    @Test
    void shouldRefuseMembersThatDoNotFit() {
        Network other = new Network("other", new Shape(1, 6, 6), List.of(new Layer.Flatten("flatten")));
        try (Program first = member(1);
                Program second = new JavaEngine()
                        .compile(ProgramSpec.inference(other, first.spec().inputFormat(), 4))) {
            assertThatThrownBy(() -> Predictor.ensemble(List.of(first, second), Lesson.TASK))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("quarters and other differ");
            assertThatThrownBy(() -> Predictor.ensemble(List.of(), Lesson.TASK)).isInstanceOf(UsageException.class);
        }
    }

    @Test
    void shouldRefuseToEvaluateByNothing() {
        try (Program program = member(1)) {
            ArrayBatches empty = Lesson.validation();
            empty.seek("1:0");
            assertThatThrownBy(() -> new Evaluator(Predictor.of(program), Lesson.TASK, null).evaluate(empty))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("holds no samples");
        }
    }
}
