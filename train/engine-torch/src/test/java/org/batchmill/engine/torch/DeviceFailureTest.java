package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.batchmill.engine.torch.device.DeviceFailure;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loop.CheckpointPolicy;
import org.batchmill.train.loop.Lesson;
import org.batchmill.train.loop.TrainingLoop;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that is not enough and GPUs that fail: what libtorch says of it, for CPUs by its allocator, for GPUs by the words of 2.10. */
class DeviceFailureTest {

    private static final String OF_A_GPU =
            """
            CUDA out of memory. Tried to allocate 98.00 MiB. GPU 0 has a total capacity of 23.69 GiB of which 12.81 MiB is free. \
            Process 4711 has 15.32 GiB memory in use. Including non-PyTorch memory, this process has 8.35 GiB memory in use. \
            8.00 GiB allowed; Of the allocated memory 7.93 GiB is allocated by PyTorch, and 17.44 MiB is reserved by PyTorch but \
            unallocated. If reserved but unallocated memory is large try setting PYTORCH_ALLOC_CONF=expandable_segments:True
            Exception raised from malloc at CUDACachingAllocator.cpp:1600 (most recent call first):
            frame #0: c10::Error::Error
            """;

    private static RuntimeException refusal() {
        Natives.failure();
        return catchThrowableOfType(RuntimeException.class, () -> Tensors.zeros(new Device(DeviceType.CPU), 1L << 50));
    }

    @Test
    void shouldSayInOneLineThatMemoryIsNotEnough() {
        assertThat(DeviceFailure.told(refusal(), "cpu", 64))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cpu has not enough memory for 64 rows at a time")
                .hasMessageContaining(": take a smaller --batch or more --subdivisions")
                .hasMessageNotContaining("\n");
    }

    @Test
    void shouldTellWhatAGpuSaysOfSizes() {
        assertThat(DeviceFailure.told(new RuntimeException(OF_A_GPU), "gpu:0", 64))
                .hasMessageEndingWith(
                        "gpu:0 has not enough memory for 64 rows at a time (98.00 MiB more were wanted, 12.81 MiB"
                                + " are free, 8.00 GiB are allowed): take a smaller --batch or more --subdivisions");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
                "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
                "CUDA error: out of memory"
            })
    void shouldKnowTheLibrariesThatWantMemoryOfTheirOwn(String message) {
        assertThat(DeviceFailure.told(new RuntimeException(message + "\nException raised from"), "gpu:1", 8))
                .hasMessageEndingWith("gpu:1 has not enough memory for 8 rows at a time: take a smaller --batch or more"
                        + " --subdivisions");
    }

    /** The words of 2.10: advice for people who write kernels, and a trace. */
    @Test
    void shouldSayInOneLineThatAGpuFailed() {
        RuntimeException failure = new RuntimeException(
                """
                CUDA error: an illegal memory access was encountered
                CUDA kernel errors might be asynchronously reported at some other API call, so the stacktrace below might be incorrect.
                For debugging consider passing CUDA_LAUNCH_BLOCKING=1
                Exception raised from c10_cuda_check_implementation at CUDAException.cpp:43 (most recent call first):
                frame #0: c10::Error::Error
                """);

        assertThat(DeviceFailure.told(failure, "gpu:1", 8))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageEndingWith("gpu:1 failed: CUDA error: an illegal memory access was encountered")
                .hasRootCause(failure);
        assertThat(DeviceFailure.told(new RuntimeException("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"), "gpu:0", 8))
                .hasMessageEndingWith("gpu:0 failed: cuDNN error: CUDNN_STATUS_EXECUTION_FAILED");
    }

    @Test
    void shouldLeaveOtherFailuresAlone() {
        RuntimeException failure = new RuntimeException("mat1 and mat2 shapes cannot be multiplied");

        assertThat(DeviceFailure.told(failure, "cpu", 64)).isSameAs(failure);
    }

    /** A cross entropy whose third evaluation wants more memory than there is. */
    private static final class Greedy implements Loss {
        private final Loss loss = new SoftmaxCrossEntropy();
        private int evaluations;

        @Override
        public double evaluate(float[] outputs, float[] targets, int rows, int totalRows, float[] gradient) {
            evaluations++;
            if (evaluations == 3) {
                Tensors.zeros(new Device(DeviceType.CPU), 1L << 50);
            }
            return loss.evaluate(outputs, targets, rows, totalRows, gradient);
        }

        @Override
        public int targetSize(int outputSize) {
            return loss.targetSize(outputSize);
        }
    }

    @Test
    void shouldLeaveTheLastCheckpointWhole(@TempDir Path folder) throws IOException {
        Natives.failure();
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        ProgramSpec spec = Lesson.spec(7).toBuilder().loss(new Greedy()).build();
        try (Program program = new TorchProgram(spec, "cpu", 1)) {
            TrainingLoop loop = TrainingLoop.of(program, Lesson.TASK, Lesson.batches(7))
                    .steps(5)
                    .checkpoints(checkpoints, new CheckpointPolicy(1, null))
                    .build();

            assertThatThrownBy(loop::run)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("cpu has not enough memory for 7 rows at a time");
            Checkpoint saved = checkpoints.loadLatest(false).checkpoint();
            assertThat(saved.progress().step()).isEqualTo(2);
            assertThat(saved.parameters().get("out/weights")).containsExactly(program.parameter("out/weights"));
        }
    }
}
