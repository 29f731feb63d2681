package org.batchmill.augment.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.Images;
import org.batchmill.augment.pixels.Image;
import org.batchmill.augment.pixels.ImagePool;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

/** What is recoloured before it is enlarged looks as what is recoloured afterwards, and the image stays as it was. */
class EarlyColourTest {

    private static final int SIDE = 224;
    private static final int KEYS = 50;

    @Test
    void shouldRecolourAnEnlargedWindowAsIfItWereEnlargedFirst() {
        try (BufferAllocator allocator = new RootAllocator();
                ImagePool pool = new ImagePool(allocator);
                Image image = pool.take();
                Workbench bench = new Workbench(allocator);
                Mat drawn = Images.gradient(120, 90, 3);
                Mat early = drawn.clone();
                Mat late = drawn.clone()) {
            cvtColor(drawn, image.resize(120, 90, 3, 1, 1), COLOR_BGR2RGB);
            byte[] before = bytes(image.mat());
            Policy yolo = Policy.forYolo();
            Policy geometry = Policy.NONE.with(new DarknetJitter(0.2)).with(new Flip(), 0.5);
            for (int key = 0; key < KEYS; key++) {
                Mat one = draw(image, yolo, key, bench, early);
                Mat other = draw(image, geometry, key, bench, late);
                yolo.colour(other, bench, key, new RandomStream(0));
                expectAlike(bytes(one), bytes(other));
            }
            assertThat(bytes(image.mat())).isEqualTo(before);
        }
    }

    @Test
    void shouldKnowWhichPoliciesRecolourPixelByPixel() {
        assertThat(Policy.forYolo().pointwise()).isTrue();
        assertThat(Policy.forYolo(.1, .75, .75).pointwise()).isFalse();
        assertThat(Policy.NONE.pointwise()).as("nothing to recolour").isFalse();
        assertThat(Policy.forYolo().with(new Cutout(1, .2)).pointwise()).isFalse();
    }

    private static Mat draw(Image image, Policy policy, long key, Workbench bench, Mat into) {
        into.create(SIDE, SIDE, image.mat().type());
        Homography placement = new Homography();
        placement.reset(image.width(), image.height());
        RandomStream random = new RandomStream(0);
        policy.place(placement, key, random);
        placement.stretch(SIDE, SIDE);
        new Warp(bench).draw(image, placement, policy, key, random, into);
        return into;
    }

    private static void expectAlike(byte[] one, byte[] other) {
        long sum = 0;
        int far = 0;
        for (int i = 0; i < one.length; i++) {
            int difference = Math.abs((one[i] & 0xff) - (other[i] & 0xff));
            sum += difference;
            far += difference > 16 ? 1 : 0;
        }
        assertThat((double) sum / one.length).isLessThan(2);
        assertThat(far).isLessThanOrEqualTo(one.length / 1000);
    }

    private static byte[] bytes(Mat mat) {
        byte[] bytes = new byte[mat.rows() * mat.cols() * mat.channels()];
        mat.data().get(bytes);
        return bytes;
    }
}
