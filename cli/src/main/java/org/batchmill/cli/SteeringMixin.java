package org.batchmill.cli;

import org.batchmill.jobs.options.FrameOptions;
import picocli.CommandLine.Option;

/** The options that say what a steering network sees. What is not given is the recipe's own. */
final class SteeringMixin {

    @Option(
            names = "--crop",
            paramLabel = "x0:x1,y0:y1",
            description = "Steering: the part of each frame, in pixels (:,60:136) or in shares of it (:,.375:.85).")
    String crop;

    @Option(names = "--colour", paramLabel = "C", description = "Steering: the network's input: rgb, bgr, yuv or hsv.")
    String colour;

    @Option(
            names = "--input-size",
            paramLabel = "HxW",
            description = "Steering: the network's picture; the model's own if not given (66x200).")
    String inputSize;

    @Option(
            names = "--frames",
            paramLabel = "N",
            description = "Steering: frames in a sample, stacked as channels, or the sequence of pilotnet-lstm.")
    Integer frames;

    @Option(
            names = "--frame-gap",
            paramLabel = "K",
            description = "Steering: frames from one of them to the next (default 3).")
    Integer frameGap;

    FrameOptions options() {
        return new FrameOptions()
                .crop(crop)
                .colour(colour)
                .inputSize(inputSize)
                .frames(frames)
                .frameGap(frameGap);
    }
}
