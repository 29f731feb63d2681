package org.batchmill.augment;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC;
import static org.bytedeco.opencv.global.opencv_core.addWeighted;

import java.nio.FloatBuffer;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.transform.Border;
import org.batchmill.augment.transform.BoxSurvival;
import org.batchmill.augment.transform.Fit;
import org.batchmill.augment.transform.Homography;
import org.batchmill.augment.transform.Mixing;
import org.batchmill.augment.transform.Policy;
import org.batchmill.augment.transform.RandomStream;
import org.batchmill.augment.transform.Warp;
import org.batchmill.augment.transform.Workbench;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.batches.ImageMapping;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;
import org.bytedeco.opencv.opencv_core.Mat;

/** One worker's tools for filling rows, kept from row to row. Used by one thread at a time. */
final class RowPainter implements AutoCloseable {

    /** Parts of a sample's key beyond those of the policy's steps. */
    private static final int MIXING_PART = 1 << 20;

    private static final int SHUFFLE_PART = MIXING_PART + 1;

    /** The mosaic's middle lies between these parts of the sides. */
    private static final double MOSAIC_LOW = 0.3;

    private static final double MOSAIC_HIGH = 0.7;

    /** A box of which more than this is outside is marked as truncated. */
    private static final double TRUNCATED_BELOW = 0.99;

    private static final int BYTES = 6;
    private static final int PARTNER = 7;

    private final Workbench bench;
    private final Warp warp;
    private final FloatRow floats;
    private final Homography placement = new Homography();
    private final RandomStream random = new RandomStream(0);
    private final double[] edges = new double[4];

    RowPainter(BufferAllocator allocator) {
        bench = new Workbench(allocator);
        warp = new Warp(bench);
        floats = new FloatRow(bench);
    }

    void paint(Slot slot, int row, DecodedSample sample, List<DecodedSample> partners, Policy policy) {
        slot.ids[row] = sample.id;
        RowLabels labels = slot.labels[row];
        if (sample.features != null) {
            FloatBuffer numbers = slot.bytes(row, 1).asFloatBuffer();
            numbers.put(sample.features.values());
            labels.set(sample.labels);
            slot.mappings[row] = ImageMapping.stretched(sample.width, 1);
            return;
        }
        BatchShape shape = slot.shape;
        boolean bytes = shape.format() == Batch.Format.UINT8_NHWC;
        Mat target =
                bytes ? slot.row(row) : bench.scratch(BYTES, shape.height(), shape.width(), CV_8UC(shape.channels()));
        start(labels, sample);
        Mixing mixing = policy.mixing();
        random.reset(RandomStream.key(sample.key, MIXING_PART));
        if (partners.isEmpty() || !random.chance(mixing.probability())) {
            slot.mappings[row] = draw(sample, sample.key, policy, target, 0, 0, target.cols(), target.rows(), labels);
        } else if (mixing.kind() == Mixing.Kind.MOSAIC) {
            slot.mappings[row] = mosaic(sample, partners, policy, target, labels);
        } else {
            slot.mappings[row] = mixUp(sample, partners.get(0), policy, target, labels);
        }
        if (policy.boxes().shuffle()) {
            random.reset(RandomStream.key(sample.key, SHUFFLE_PART));
            for (int i = labels.count() - 1; i > 0; i--) {
                labels.swap(i, random.below(i + 1));
            }
        }
        if (!bytes) {
            floats.fill(slot, row, target, policy.normalization());
        }
    }

    private static void start(RowLabels labels, DecodedSample sample) {
        if (sample.labels instanceof Labels.Boxes) {
            labels.clearBoxes();
        } else {
            labels.set(sample.labels);
        }
    }

    private ImageMapping mosaic(
            DecodedSample sample, List<DecodedSample> partners, Policy policy, Mat target, RowLabels labels) {
        int width = target.cols();
        int height = target.rows();
        int x = (int) Math.rint(random.uniform(MOSAIC_LOW, MOSAIC_HIGH) * width);
        int y = (int) Math.rint(random.uniform(MOSAIC_LOW, MOSAIC_HIGH) * height);
        ImageMapping mapping = null;
        for (int quarter = 0; quarter < 4; quarter++) {
            // At the end of the data there are fewer partners than quarters: they take turns.
            int which = quarter % (partners.size() + 1);
            DecodedSample shown = which == 0 ? sample : partners.get(which - 1);
            long key = quarter == 0 ? sample.key : RandomStream.key(sample.key ^ shown.key, quarter);
            int left = (quarter & 1) == 0 ? 0 : x;
            int top = (quarter & 2) == 0 ? 0 : y;
            int across = left == 0 ? x : width - x;
            int down = top == 0 ? y : height - y;
            ImageMapping drawn = draw(shown, key, policy, target, left, top, across, down, labels);
            mapping = quarter == 0 ? drawn : mapping;
        }
        return mapping;
    }

    private ImageMapping mixUp(
            DecodedSample sample, DecodedSample partner, Policy policy, Mat target, RowLabels labels) {
        // Beta(1.5, 1.5), stretched to [-1, 1], is how the x of a point in the unit circle is distributed.
        double x = Math.sqrt(random.nextDouble()) * Math.cos(2 * Math.PI * random.nextDouble());
        double weight = (1 + x) / 2;
        long partnerKey = RandomStream.key(sample.key ^ partner.key, 1);
        int width = target.cols();
        int height = target.rows();
        ImageMapping mapping = draw(sample, sample.key, policy, target, 0, 0, width, height, labels);
        Labels own = labels.plain();
        Mat other = bench.scratch(PARTNER, height, width, target.type());
        draw(partner, partnerKey, policy, other, 0, 0, width, height, labels);
        labels.blend(own, partner.labels, weight);
        addWeighted(target, weight, other, 1 - weight, 0, target);
        return mapping;
    }

    /** Draws one sample into a part of the target and adds its labels. */
    private ImageMapping draw(
            DecodedSample sample,
            long key,
            Policy policy,
            Mat target,
            int left,
            int top,
            int across,
            int down,
            RowLabels labels) {
        placement.reset(sample.width, sample.height);
        policy.place(placement, key, random);
        int shownAcross = across;
        int shownDown = down;
        if (policy.fit() == Fit.LETTERBOX) {
            double scale = Math.min(across / placement.width(), down / placement.height());
            shownAcross = Math.max(1, (int) Math.rint(placement.width() * scale));
            shownDown = Math.max(1, (int) Math.rint(placement.height() * scale));
        }
        int shownLeft = left + (across - shownAcross) / 2;
        int shownTop = top + (down - shownDown) / 2;
        placement.stretch(shownAcross, shownDown);
        if (shownAcross == target.cols() && shownDown == target.rows()) {
            warp.draw(sample.image, placement, policy, key, random, target);
        } else {
            if (shownAcross < across || shownDown < down) {
                fill(target, left, top, across, down, policy.border());
            }
            try (Mat part = new Mat(target, bench.rect(shownLeft, shownTop, shownAcross, shownDown))) {
                warp.draw(sample.image, placement, policy, key, random, part);
            }
        }
        int width = target.cols();
        int height = target.rows();
        ImageMapping mapping = placement.mapping(shownLeft, shownTop, width, height);
        sample.labels.accept(new Labels.Visitor<Void, RuntimeException>() {
            @Override
            public Void unlabelled(Labels.Unlabelled none) {
                return null;
            }

            @Override
            public Void boxes(Labels.Boxes objects) {
                for (int i = 0; i < objects.boxes().size(); i++) {
                    add(objects.boxes().get(i), policy.boxes(), labels, shownLeft, shownTop, width, height);
                }
                return null;
            }

            @Override
            public Void classLabel(Labels.ClassLabel label) {
                return null; // what an image shows does not change with its place
            }

            @Override
            public Void own(Labels.Own labels) {
                return null;
            }

            @Override
            public Void mixedClasses(Labels.MixedClasses mixed) {
                return null;
            }

            @Override
            public Void steering(Labels.Steering label) {
                labels.steer(policy.steering().angle(label.angle(), placement));
                return null;
            }

            @Override
            public Void targets(Labels.Targets numbers) {
                return null;
            }
        });
        return mapping;
    }

    private void fill(Mat target, int left, int top, int across, int down, Border border) {
        Border bars = border.edge() ? Border.GREY : border;
        try (Mat part = new Mat(target, bench.rect(left, top, across, down))) {
            part.put(bench.scalar(bars.red(), bars.green(), bars.blue(), 0));
        }
    }

    private void add(Box box, BoxSurvival rules, RowLabels labels, int left, int top, int width, int height) {
        if (!placement.project(box, edges)) {
            return;
        }
        double area = (edges[2] - edges[0]) * (edges[3] - edges[1]);
        double xmin = Math.max(edges[0], 0);
        double ymin = Math.max(edges[1], 0);
        double xmax = Math.min(edges[2], 1);
        double ymax = Math.min(edges[3], 1);
        double across = placement.width() / width;
        double down = placement.height() / height;
        if (xmax <= xmin
                || ymax <= ymin
                || (xmax - xmin) * across < rules.minSide()
                || (ymax - ymin) * down < rules.minSide()) {
            return;
        }
        double visible = (xmax - xmin) * (ymax - ymin) / area;
        if (visible < rules.minVisible()) {
            return;
        }
        double x = (double) left / width;
        double y = (double) top / height;
        labels.add(
                box, x + xmin * across, y + ymin * down, x + xmax * across, y + ymax * down, visible < TRUNCATED_BELOW);
    }

    @Override
    public void close() {
        bench.close();
    }
}
