package org.batchmill.train.models;

import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;

/** Classifiers of images, which end in logits. */
final class ImageModels {

    /** Of the images that most of them were designed for. */
    static final int SIDE = 224;

    private ImageModels() {}

    /** The model's own size unless another is asked for. */
    static Shape image(ModelOptions options, int side) {
        return options.height() == 0 ? new Shape(3, side, side) : new Shape(3, options.height(), options.width());
    }

    /**
     * LeNet-5 over 28 x 28 grey images, the first convolution padded as its images were (LeCun et al. 1998), with every map of the second
     * convolution reading all of the first: 61,706 parameters with 10 classes.
     */
    static Network leNet(ModelOptions options) {
        return new Stack()
                .scale(2 / 255f, -1)
                .conv(6, 5, 1, Padding.same(), true)
                .activation(ActivationFunction.TANH, 0)
                .averagePool()
                .conv(16, 5, 1, Padding.valid(), true)
                .activation(ActivationFunction.TANH, 0)
                .averagePool()
                .flatten()
                .dense(120, Initializer.GLOROT_UNIFORM)
                .activation(ActivationFunction.TANH, 0)
                .dense(84, Initializer.GLOROT_UNIFORM)
                .activation(ActivationFunction.TANH, 0)
                .dense(options.classes(), Initializer.GLOROT_UNIFORM)
                .build("lenet5", new Shape(1, 28, 28));
    }

    /** Configuration A of Simonyan and Zisserman (2014): 132,863,336 parameters with 1000 classes at 224 x 224. */
    static Network vgg(ModelOptions options) {
        Stack stack = new Stack().scale(2 / 255f, -1);
        for (int[] filters : new int[][] {{64}, {128}, {256, 256}, {512, 512}, {512, 512}}) {
            for (int count : filters) {
                stack.conv(count, 3, 1, Padding.same(), true).relu();
            }
            stack.pool();
        }
        stack.flatten();
        for (int i = 0; i < 2; i++) {
            stack.dense(4096, Initializer.HE_NORMAL).relu().dropout(.5f);
        }
        return stack.dense(options.classes(), Initializer.GLOROT_UNIFORM).build("vgg11", image(options, SIDE));
    }

    /**
     * The small Inception of Zhang et al. (2017, "Understanding deep learning requires rethinking generalization", appendix A) over 32 x 32
     * images: blocks of 1x1 and 3x3 convolutions side by side. With 10 classes its convolutions and the dense layer have the 1,649,402
     * parameters of the paper, the batch norms 3,424 more.
     */
    static Network googLeNetSmall(ModelOptions options) {
        Blocks blocks = new Blocks("googlenet-small", image(options, 32));
        unit(blocks, "conv1", 96, 3, 1, Padding.same());
        forks(blocks, 1, new int[][] {{32, 32}, {32, 48}});
        halve(blocks, "halve1", 80);
        forks(blocks, 3, new int[][] {{112, 48}, {96, 64}, {80, 80}, {48, 96}});
        halve(blocks, "halve2", 96);
        forks(blocks, 7, new int[][] {{176, 160}, {176, 160}});
        return blocks.add(new Layer.GlobalAveragePool("mean")).classes("dense", options.classes());
    }

    private static void unit(Blocks blocks, String name, int filters, int kernel, int stride, Padding padding) {
        blocks.convNorm(Layer.Conv2d.square(name, filters, kernel, stride, padding, true))
                .relu(name + "-relu");
    }

    private static void forks(Blocks blocks, int first, int[][] filters) {
        for (int i = 0; i < filters.length; i++) {
            String scope = "fork" + (first + i) + "/";
            String in = blocks.last();
            unit(blocks, scope + "narrow", filters[i][0], 1, 1, Padding.same());
            String narrow = blocks.last();
            blocks.from(in);
            unit(blocks, scope + "wide", filters[i][1], 3, 1, Padding.same());
            blocks.join(new Layer.Concat(scope + "channels"), narrow, blocks.last());
        }
    }

    private static void halve(Blocks blocks, String scope, int filters) {
        String in = blocks.last();
        unit(blocks, scope + "/conv", filters, 3, 2, Padding.valid());
        String conv = blocks.last();
        blocks.from(in).add(new Layer.MaxPool(scope + "/pool", 3, 3, 2, 2, Padding.valid()));
        blocks.join(new Layer.Concat(scope + "/channels"), conv, blocks.last());
    }

    /**
     * Version 1.1 of Iandola et al. (2016): 1,235,496 parameters with 1000 classes. Two things differ where it starts from scratch, neither in
     * what it predicts: there is no dropout before the last convolution, and that one's biases start at 1, so that the relu behind the logits
     * lets gradients through. With a dropout of .5 and biases of 0 it hardly left chance in the first hundred steps.
     */
    static Network squeezeNet(ModelOptions options) {
        Blocks blocks = new Blocks("squeezenet", image(options, SIDE));
        blocks.convRelu("conv1", 64, 3, 2, Padding.valid());
        int[] squeezed = {16, 16, 32, 32, 48, 48, 64, 64};
        for (int i = 0; i < squeezed.length; i++) {
            if (i == 0 || i == 2 || i == 4) {
                blocks.add(new Layer.MaxPool("pool" + (i / 2 + 1), 3, 3, 2, 2, Padding.valid()));
            }
            fire(blocks, "fire" + (i + 2) + "/", squeezed[i]);
        }
        Layer.Conv2d logits = Layer.Conv2d.square("conv10", options.classes(), 1, 1, Padding.valid(), true).toBuilder()
                .biases(new Initializer.Constant(1))
                .build();
        return blocks.add(logits)
                .relu("conv10-relu")
                .add(new Layer.GlobalAveragePool("mean"))
                .build();
    }

    private static void fire(Blocks blocks, String scope, int filters) {
        String squeezed = blocks.convRelu(scope + "squeeze", filters, 1, 1, Padding.valid())
                .last();
        String narrow = blocks.convRelu(scope + "narrow", 4 * filters, 1, 1, Padding.valid())
                .last();
        String wide = blocks.from(squeezed)
                .convRelu(scope + "wide", 4 * filters, 3, 1, Padding.explicit(1))
                .last();
        blocks.join(new Layer.Concat(scope + "channels"), narrow, wide);
    }

    /** Inverted residual blocks of Sandler et al. (2018): 3,504,872 parameters with 1000 classes. */
    static Network mobileNet(ModelOptions options) {
        Blocks blocks = new Blocks("mobilenet-v2", image(options, SIDE));
        mobileTrunk(blocks);
        return blocks.add(new Layer.GlobalAveragePool("mean"))
                .add(new Layer.Dropout("dropout", .2f))
                .classes("dense", options.classes());
    }

    /** Its layers up to the last convolution, a 32nd of the image high and wide. */
    static void mobileTrunk(Blocks blocks) {
        // Expansion, channels, blocks, stride of the first.
        int[][] stages = {
            {1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}
        };
        blocks.convNorm(Layer.Conv2d.square("conv1", 32, 3, 2, Padding.explicit(1), false))
                .activation("conv1-relu", ActivationFunction.RELU6);
        int channels = 32;
        int index = 1;
        for (int[] stage : stages) {
            for (int i = 0; i < stage[2]; i++) {
                inverted(blocks, "block" + index++ + "/", channels, stage[0], stage[1], i == 0 ? stage[3] : 1);
                channels = stage[1];
            }
        }
        blocks.convNorm(Layer.Conv2d.square("conv2", 1280, 1, 1, Padding.valid(), false))
                .activation("conv2-relu", ActivationFunction.RELU6);
    }

    private static void inverted(Blocks blocks, String scope, int channels, int expansion, int out, int stride) {
        String in = blocks.last();
        int width = channels * expansion;
        if (expansion > 1) {
            blocks.convNorm(Layer.Conv2d.square(scope + "expand", width, 1, 1, Padding.valid(), false))
                    .activation(scope + "expand-relu", ActivationFunction.RELU6);
        }
        blocks.convNorm(Layer.Conv2d.depthwise(scope + "deep", width, 3, stride, Padding.explicit(1), false))
                .activation(scope + "deep-relu", ActivationFunction.RELU6)
                .convNorm(Layer.Conv2d.square(scope + "project", out, 1, 1, Padding.valid(), false));
        if (stride == 1 && channels == out) {
            blocks.join(new Layer.Add(scope + "sum"), blocks.last(), in);
        }
    }
}
