package org.batchmill.train.models;

import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;

/** Networks from road pictures to a steering angle (Bojarski et al. 2016), linear at the end. */
final class SteeringModels {

    private static final Shape NVIDIA_INPUT = new Shape(3, 66, 200);

    private SteeringModels() {}

    /** NVIDIA's, with a dense layer of 1164 units: 1,595,511 parameters. */
    static Network pilotNet() {
        return angle(convolutions().flatten().dense(1164, Initializer.HE_NORMAL).elu())
                .build("pilotnet", NVIDIA_INPUT);
    }

    /** Without the 1164 units, and with dropout: 252,219 parameters. */
    static Network pilotNetSmall() {
        return angle(convolutions().flatten().dropout(.5f)).build("pilotnet-small", NVIDIA_INPUT);
    }

    /** Five 5x5 convolutions of stride 2, which need a higher picture. */
    static Network pilotNetSeed() {
        Stack stack = new Stack().scale(2 / 255f, -1);
        for (int filters : new int[] {24, 36, 48, 64, 64}) {
            stack.conv(filters, 5, 2, Padding.valid(), true).elu();
        }
        return angle(stack.flatten().dense(1164, Initializer.HE_NORMAL).elu())
                .build("pilotnet-seed", new Shape(3, 160, 320));
    }

    /** The convolutions of PilotNet on each frame, then an LSTM over the frames. */
    static Network pilotNetLstm(ModelOptions options) {
        return convolutions()
                .flatten()
                .dropout(.5f)
                .lstm(64)
                .dense(1, Initializer.GLOROT_UNIFORM)
                .build("pilotnet-lstm", NVIDIA_INPUT, options.timeSteps());
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
