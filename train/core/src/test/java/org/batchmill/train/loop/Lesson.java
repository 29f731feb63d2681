package org.batchmill.train.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.testing.Seed;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.reference.JavaEngine;
import org.batchmill.train.task.ClassificationTask;

/** A small lesson that learns something: which quarter of a 6 x 6 image is bright. Every kind of state is in it. */
public final class Lesson {

    public static final Shape SHAPE = new Shape(1, 6, 6);
    public static final ClassificationTask TASK = new ClassificationTask(List.of("nw", "ne", "sw", "se"));

    /** Convolution, batch norm with its rolling values, dropout with its seeded masks. */
    static final Network NETWORK = new Network(
            "quarters",
            SHAPE,
            List.of(
                    Layer.Conv2d.square("conv1", 4, 3, 1, Padding.same(), false),
                    new Layer.BatchNorm("bn1", .9f, 1e-3f, Layer.BatchNorm.Rule.STANDARD),
                    new Layer.Activation("relu1", ActivationFunction.RELU, 0),
                    new Layer.MaxPool("pool1", 2, 2, 2, 2, Padding.valid()),
                    new Layer.Dropout("dropout1", .25f),
                    new Layer.Dense("out", 4, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS)));

    private Lesson() {}

    public static ProgramSpec spec(int batchSize) {
        return ProgramSpec.training(
                NETWORK,
                ProgramSpec.InputFormat.FLOAT32_NCHW,
                batchSize,
                new SoftmaxCrossEntropy(),
                new Optimizer.Adam(.9f, .999f, 1e-8f),
                11);
    }

    static Program program(int batchSize) {
        return new JavaEngine().compile(spec(batchSize));
    }

    public static List<Sample> samples(int count, long seed) {
        RandomGenerator random = Seed.random(seed);
        List<Sample> samples = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            int quarter = n % 4;
            float[] pixels = new float[36];
            for (int i = 0; i < 36; i++) {
                boolean south = i / 6 >= 3;
                boolean east = i % 6 >= 3;
                boolean bright = south == (quarter >= 2) && east == (quarter % 2 == 1);
                pixels[i] = (bright ? .6f : 0) + random.nextFloat() * .8f;
            }
            samples.add(new Sample(
                    new SampleId("image" + n),
                    new Content.Features(pixels),
                    new Labels.ClassLabel(TASK.classes().get(quarter))));
        }
        return samples;
    }

    public static ArrayBatches batches(int batchSize) {
        return new ArrayBatches(SHAPE, samples(40, 1), batchSize, 0, 3L);
    }

    public static ArrayBatches validation() {
        return new ArrayBatches(SHAPE, samples(60, 2), 16, 1, null);
    }
}
