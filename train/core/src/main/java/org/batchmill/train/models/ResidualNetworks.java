package org.batchmill.train.models;

import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;

/**
 * Networks of residual blocks (He et al. 2015, "Deep Residual Learning for Image Recognition"), with the stride of the blocks with three
 * convolutions at the second, where most who publish weights have it. Their parameters with 1000 classes: 11,689,512 and 25,557,032.
 */
final class ResidualNetworks {

    private static final int[] WIDTHS = {64, 128, 256, 512};

    private ResidualNetworks() {}

    static Network eighteen(ModelOptions options) {
        return network("resnet18", options, false, 2, 2, 2, 2);
    }

    static Network fifty(ModelOptions options) {
        return network("resnet50", options, true, 3, 4, 6, 3);
    }

    private static Network network(String name, ModelOptions options, boolean bottleneck, int... counts) {
        Blocks blocks = new Blocks(name, ImageModels.image(options, ImageModels.SIDE));
        trunk(blocks, bottleneck, counts);
        return blocks.add(new Layer.GlobalAveragePool("mean")).classes("dense", options.classes());
    }

    /** Eighteen's layers up to its last block, a 32nd of the image high and wide. */
    static void trunkOfEighteen(Blocks blocks) {
        trunk(blocks, false, 2, 2, 2, 2);
    }

    private static void trunk(Blocks blocks, boolean bottleneck, int... counts) {
        blocks.convNorm(Layer.Conv2d.square("conv1", 64, 7, 2, Padding.explicit(3), false))
                .relu("conv1-relu")
                .add(new Layer.MaxPool("pool1", 3, 3, 2, 2, Padding.explicit(1)));
        int channels = 64;
        for (int stage = 0; stage < counts.length; stage++) {
            for (int i = 0; i < counts[stage]; i++) {
                int width = WIDTHS[stage];
                int out = bottleneck ? 4 * width : width;
                String scope = "layer" + (stage + 1) + "/block" + (i + 1) + "/";
                block(blocks, scope, width, out, stage > 0 && i == 0 ? 2 : 1, bottleneck, channels != out);
                channels = out;
            }
        }
    }

    private static void block(
            Blocks blocks, String scope, int width, int out, int stride, boolean bottleneck, boolean projects) {
        String in = blocks.last();
        if (bottleneck) {
            blocks.convNorm(conv(scope + "conv1", width, 1, 1))
                    .relu(scope + "conv1-relu")
                    .convNorm(conv(scope + "conv2", width, 3, stride))
                    .relu(scope + "conv2-relu")
                    .convNorm(conv(scope + "conv3", out, 1, 1));
        } else {
            blocks.convNorm(conv(scope + "conv1", width, 3, stride))
                    .relu(scope + "conv1-relu")
                    .convNorm(conv(scope + "conv2", out, 3, 1));
        }
        String body = blocks.last();
        String shortcut = projects
                ? blocks.from(in)
                        .convNorm(conv(scope + "shortcut", out, 1, stride))
                        .last()
                : in;
        blocks.join(new Layer.Add(scope + "sum"), body, shortcut).relu(scope + "relu");
    }

    private static Layer.Conv2d conv(String name, int filters, int kernel, int stride) {
        return Layer.Conv2d.square(name, filters, kernel, stride, Padding.explicit(kernel / 2), false);
    }
}
