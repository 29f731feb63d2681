package org.batchmill.jobs.options;

import org.batchmill.jobs.PixelSize;
import org.batchmill.train.task.SteeringView;
import org.batchmill.video.FrameCrop;

/** What a network sees of each frame of a drive, or of each image of classes. What is null is the recipe's own. Not thread-safe while it is being filled in. */
public final class FrameOptions implements OptionGroup {

    @JobOption(
            value = "Steering: the part of each frame, in pixels (:,60:136) or in shares of it (:,.375:.85).",
            label = "x0:x1,y0:y1",
            otherwise = "the recipe's own")
    public FrameCrop crop;

    @JobOption(
            value = "Steering: the network's input: rgb, bgr, yuv or hsv.",
            label = "C",
            otherwise = "the recipe's own")
    public SteeringView.Colour colour;

    @JobOption(
            value = "Steering and classify: the network's image.",
            label = "HxW",
            otherwise = "of steering the model's own, 66x200; of classify 64x64, or the model's own if that is smaller")
    public PixelSize inputSize;

    @JobOption(
            value = "Steering: frames in a sample, stacked as channels, or the sequence of pilotnet-lstm.",
            label = "N",
            otherwise = "1; of a sequence 4")
    @Within(atLeast = 1)
    public Integer frames;

    @JobOption(value = "Steering: frames from one of them to the next.", label = "K", otherwise = "3")
    @Within(atLeast = 1)
    public Integer frameGap;

    /** Whether any of them was given. */
    public boolean areGiven() {
        return OptionField.of(this).stream().anyMatch(option -> option.value() != null);
    }
}
