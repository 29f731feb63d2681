package org.batchmill.train.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Parameter;
import org.junit.jupiter.api.Test;

/** What the messages hold is checked by TensorFlow's own classes in the integration tests; here is what needs none. */
class EventWriterTest {

    @Test
    void shouldCountEveryValueInTheBucketBelowItsLimit() {
        float[] values = {0, 0, 1, -1, 1e-20f, -3e30f, Float.NaN, 5};
        Histogram histogram = Histogram.of(values);
        assertThat(histogram.count()).isEqualTo(7);
        assertThat(histogram.min()).isEqualTo(-3e30f);
        assertThat(histogram.max()).isEqualTo(5);
        assertThat(Arrays.stream(histogram.counts()).sum()).isEqualTo(7);
        assertThat(histogram.limits()).isSorted().hasSameSizeAs(histogram.counts());
        assertThat(histogram.limits()[histogram.limits().length - 1])
                .isGreaterThan(5)
                .isLessThan(5 * 1.1);
        int first = 0;
        for (double limit : histogram.limits()) {
            if (limit <= 0) {
                first++;
            }
        }
        assertThat(histogram.counts()[first]).as("0 and 1e-20 lie below 1e-12").isEqualTo(3);
    }

    @Test
    void shouldFindTheBucketThatASearchOverAllLimitsFinds() {
        double[] all =
                Histogram.of(new float[] {-Float.MAX_VALUE, Float.MAX_VALUE}).limits();
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            float value = i % 2 == 0 ? Float.intBitsToFloat(random.nextInt()) : (float) all[random.nextInt(all.length)];
            if (Float.isFinite(value)) {
                double limit = Arrays.stream(all)
                        .filter(one -> one > value)
                        .findFirst()
                        .orElseThrow();
                assertThat(Histogram.of(new float[] {value}).limits())
                        .as("%s", value)
                        .containsExactly(limit);
            }
        }
    }

    @Test
    void shouldMeasureMoments() {
        Histogram histogram = Histogram.of(new float[] {1, 2, 3, 6});
        assertThat(histogram.mean()).isEqualTo(3);
        assertThat(histogram.standardDeviation()).isCloseTo(Math.sqrt(3.5), within(1e-12));
        assertThat(Histogram.of(new float[0]).mean()).isZero();
    }

    @Test
    void shouldDrawKernelsAsAPngThatOthersRead() throws Exception {
        Parameter kernels =
                new Parameter("conv1/weights", Parameter.Role.WEIGHTS, List.of(5, 3, 2, 2), Initializer.ZEROS, 12, 20);
        float[] values = new float[60];
        values[0] = 1;
        KernelSheet sheet = new KernelSheet(kernels, values);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(sheet.png()));
        assertThat(image.getWidth()).isEqualTo(3 * 13 + 1);
        assertThat(image.getHeight()).isEqualTo(2 * 13 + 1);
        assertThat(image.getRGB(1, 1) & 0xffffff)
                .as("the largest weight is red")
                .isEqualTo(0xff0000);
        assertThat(image.getRGB(8, 1) & 0xffffff).isEqualTo(0);
        assertThat(image.getRGB(14, 1) & 0xffffff)
                .as("a kernel without a range is grey")
                .isEqualTo(0x7f7f7f);
    }
}
