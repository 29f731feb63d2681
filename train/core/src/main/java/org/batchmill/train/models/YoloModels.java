package org.batchmill.train.models;

import org.batchmill.train.loss.YoloV1Grid;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;

/** YOLO v1 detectors: 7 x 7 cells of 2 boxes, or 14 x 14. */
final class YoloModels {

    private static final int SIDE = 7;
    private static final int FINE_SIDE = 14;
    private static final int BOXES = 2;

    /** A 32nd of it is the grid. */
    private static final Shape BACKBONE_INPUT = new Shape(3, 224, 224);

    private YoloModels() {}

    /** The 2015 configuration yolo-tiny of the reference program: 45,089,374 parameters at 20 classes. */
    static Network tiny(ModelOptions options) {
        Stack stack = new Stack().scale(2 / 255f, -1);
        for (int filters = 16; filters <= 512; filters *= 2) {
            stack.conv(filters, 3, 1, Padding.same(), true).leaky().pool();
        }
        for (int i = 0; i < 3; i++) {
            stack.conv(1024, 3, 1, Padding.same(), true).leaky();
        }
        return stack.dense(256, Initializer.DARKNET_CONNECTED)
                .dense(4096, Initializer.DARKNET_CONNECTED)
                .leaky()
                .dropout(.5f)
                .dense(grid(SIDE, options, YoloV1Grid.Order.CELLS).outputSize(), Initializer.DARKNET_CONNECTED)
                .build("yolo-v1-tiny", new Shape(3, 448, 448));
    }

    /** The later configuration yolov1-tiny, with batch norm. */
    static Network tinyBatchNorm(ModelOptions options) {
        Layer.BatchNorm.Rule rule = options.batchNormRule();
        Stack stack = new Stack().scale(1 / 255f, 0);
        for (int filters = 16; filters <= 512; filters *= 2) {
            block(stack, filters, 3, 1, rule, .99f).pool();
        }
        block(stack, 1024, 3, 1, rule, .99f);
        block(stack, 256, 3, 1, rule, .99f);
        return stack.dense(grid(SIDE, options, YoloV1Grid.Order.CELLS).outputSize(), Initializer.DARKNET_CONNECTED)
                .build("yolo-v1-tiny-bn", new Shape(3, 448, 448));
    }

    /**
     * Ours, for laptops without a GPU: half the side, strided convolutions that come down to 28 x 28 at once, and a convolutional head
     * (planes), which learns a position in one cell for all cells and so needs far fewer images than a dense one.
     */
    static Network mini(ModelOptions options) {
        Layer.BatchNorm.Rule rule = options.batchNormRule();
        Stack stack = new Stack().scale(2 / 255f, -1);
        block(stack, 16, 5, 4, rule, .9f);
        block(stack, 32, 3, 2, rule, .9f);
        block(stack, 64, 3, 2, rule, .9f);
        block(stack, 64, 3, 1, rule, .9f);
        block(stack, 128, 3, 2, rule, .9f);
        block(stack, 128, 3, 1, rule, .9f);
        block(stack, 128, 3, 1, rule, .9f);
        return planes(stack, SIDE, options).build("yolo-v1-mini", new Shape(3, 224, 224));
    }

    /** Mini with four times the cells, for images of many or small objects: a cell can hold only one. */
    static Network miniFine(ModelOptions options) {
        Layer.BatchNorm.Rule rule = options.batchNormRule();
        Stack stack = new Stack().scale(2 / 255f, -1);
        block(stack, 24, 5, 4, rule, .9f);
        block(stack, 48, 3, 2, rule, .9f);
        block(stack, 96, 3, 2, rule, .9f);
        for (int i = 0; i < 3; i++) {
            block(stack, 96, 3, 1, rule, .9f);
        }
        return planes(stack, FINE_SIDE, options).build("yolo-v1-mini-14", new Shape(3, 224, 224));
    }

    /** Over the layers of resnet18, which have their names there: {@code --init} of a classifier supplies them. */
    static Network residual(ModelOptions options) {
        Blocks blocks = new Blocks("yolo-v1-resnet18", BACKBONE_INPUT);
        ResidualNetworks.trunkOfEighteen(blocks);
        return planes(blocks, options);
    }

    /** Over the layers of mobilenet-v2, which have their names there. */
    static Network mobile(ModelOptions options) {
        Blocks blocks = new Blocks("yolo-v1-mobilenet-v2", BACKBONE_INPUT);
        ImageModels.mobileTrunk(blocks);
        return planes(blocks, options);
    }

    /** The same head behind a network that branches. */
    private static Network planes(Blocks blocks, ModelOptions options) {
        Layer head = Layer.Conv2d.builder("detect")
                .filters(grid(SIDE, options, YoloV1Grid.Order.PLANES).valuesPerCell())
                // A small start keeps the linear values near 0.
                .weights(new Initializer.Normal(0, .01f))
                .build();
        return blocks.add(head).add(new Layer.Flatten("flatten")).build();
    }

    /** A head that gives a plane for each value. */
    private static Stack planes(Stack stack, int side, ModelOptions options) {
        return stack.convNormal(grid(side, options, YoloV1Grid.Order.PLANES).valuesPerCell(), 1, .01f)
                .flatten();
    }

    private static Stack block(
            Stack stack, int filters, int kernel, int stride, Layer.BatchNorm.Rule rule, float momentum) {
        return stack.conv(filters, kernel, stride, Padding.same(), false)
                .batchNorm(rule, momentum)
                .leaky();
    }

    private static YoloV1Grid grid(int side, ModelOptions options, YoloV1Grid.Order order) {
        return new YoloV1Grid(side, BOXES, options.classes(), order);
    }
}
