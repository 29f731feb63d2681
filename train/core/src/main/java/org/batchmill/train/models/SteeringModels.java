package org.batchmill.train.models;

import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;

/** Networks from road images to a steering angle (Bojarski et al. 2016), linear at the end. */
final class SteeringModels {

    private static final int HEIGHT = 66;
    private static final int WIDTH = 200;
    private static final int FRAME_CHANNELS = 3;

    private SteeringModels() {}

    /** NVIDIA's, with a dense layer of 1164 units: 1,595,511 parameters at 66 x 200. */
    static Network pilotNet(ModelOptions options) {
        return angle(convolutions().flatten().dense(1164, Initializer.HE_NORMAL).elu())
                .build("pilotnet", stacked(options, HEIGHT, WIDTH));
    }

    /** Without the 1164 units, and with dropout: 252,219 parameters at 66 x 200. */
    static Network pilotNetSmall(ModelOptions options) {
        return angle(convolutions().flatten().dropout(.5f)).build("pilotnet-small", stacked(options, HEIGHT, WIDTH));
    }

    /** Five 5x5 convolutions of stride 2, which need a higher image. */
    static Network pilotNetSeed(ModelOptions options) {
        Stack stack = new Stack().scale(2 / 255f, -1);
        for (int filters : new int[] {24, 36, 48, 64, 64}) {
            stack.conv(filters, 5, 2, Padding.valid(), true).elu();
        }
        return angle(stack.flatten().dense(1164, Initializer.HE_NORMAL).elu())
                .build("pilotnet-seed", stacked(options, 160, 320));
    }

    /** The convolutions of PilotNet on each frame, then an LSTM over the frames. */
    static Network pilotNetLstm(ModelOptions options) {
        return convolutions()
                .flatten()
                .dropout(.5f)
                .lstm(64)
                .dense(1, Initializer.GLOROT_UNIFORM)
                .build("pilotnet-lstm", image(options, FRAME_CHANNELS, HEIGHT, WIDTH), options.frames());
    }

    /** Frames on top of each other, as channels. */
    private static Shape stacked(ModelOptions options, int height, int width) {
        return image(options, FRAME_CHANNELS * options.frames(), height, width);
    }

    private static Shape image(ModelOptions options, int channels, int height, int width) {
        return options.height() == 0
                ? new Shape(channels, height, width)
                : new Shape(channels, options.height(), options.width());
    }

    private static Stack convolutions() {
        Stack stack = new Stack().scale(2 / 255f, -1);
        for (int filters : new int[] {24, 36, 48}) {
            stack.conv(filters, 5, 2, Padding.valid(), true).elu();
        }
        return stack.conv(64, 3, 1, Padding.valid(), true)
                .elu()
                .conv(64, 3, 1, Padding.valid(), true)
                .elu();
    }

    private static Stack angle(Stack stack) {
        for (int units : new int[] {100, 50, 10}) {
            stack.dense(units, Initializer.HE_NORMAL).elu();
        }
        return stack.dense(1, Initializer.GLOROT_UNIFORM);
    }
}
