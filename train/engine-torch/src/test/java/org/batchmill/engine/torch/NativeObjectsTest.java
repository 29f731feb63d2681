package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.batchmill.engine.torch.device.Natives;
import org.batchmill.train.engine.Program;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** What a step makes in native memory is gone when it ends, without the garbage collector's help; what a program keeps goes with it. */
class NativeObjectsTest {

    private static void everything(Program program, int step) {
        OneStep.step(program, step);
        float[] outputs = new float[OneStep.ROWS * 4];
        program.lastOutputs(outputs);
        program.predict(OneStep.pixels(), OneStep.ROWS, outputs);
        program.activations(OneStep.pixels(), OneStep.ROWS);
        for (String name : new String[] {"conv/weights", "norm/variance"}) {
            program.setParameter(name, program.parameter(name));
        }
        program.setSlot("dense/weights", "mean", program.slot("dense/weights", "mean"));
        program.gradient("dense/weights");
        program.exchangeGradients(gradients -> {});
        program.trace(span -> {});
        OneStep.step(program, step);
        program.trace(null);
    }

    @Test
    void shouldNotGrowFromStepToStep() {
        Natives.failure();
        try (Program program = new TorchProgram(OneStep.spec(), "cpu", 1)) {
            everything(program, 0);
            long before = Pointer.totalCount();
            for (int step = 1; step < 30; step++) {
                everything(program, step);
            }
            assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
        }
    }

    @Test
    void shouldFreeAllThatAProgramKept() {
        Natives.failure();
        try (Program first = new TorchProgram(OneStep.spec(), "cpu", 1)) {
            OneStep.step(first, 0);
        }
        long before = Pointer.totalCount();
        try (Program program = new TorchProgram(OneStep.spec(), "cpu", 1)) {
            OneStep.step(program, 0);
            assertThat(Pointer.totalCount()).isGreaterThan(before);
        }
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
    }
}
