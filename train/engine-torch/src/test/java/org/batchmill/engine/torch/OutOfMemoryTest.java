package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.UncheckedIOException;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.engine.torch.device.OutOfMemory;
import org.batchmill.engine.torch.device.Tensors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {

    @Test
    void shouldSayInOneLineThatMemoryIsNotEnough() {
        Natives.failure();
        RuntimeException failure =
                catchThrowableOfType(RuntimeException.class, () -> Tensors.zeros(new Device(DeviceType.CPU), 1L << 50));

        assertThat(OutOfMemory.told(failure, "cpu", 64))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(
                        "cpu has not enough memory for 64 rows at a time: take a smaller --batch or more --subdivisions")
                .hasMessageNotContaining("\n");
    }

    @Test
    void shouldLeaveOtherFailuresAlone() {
        RuntimeException failure = new RuntimeException("mat1 and mat2 shapes cannot be multiplied");

        assertThat(OutOfMemory.told(failure, "cpu", 64)).isSameAs(failure);
    }
}
