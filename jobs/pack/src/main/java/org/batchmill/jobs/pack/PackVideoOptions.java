package org.batchmill.jobs.pack;

import org.batchmill.jobs.PixelSize;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.video.FrameCrop;
import org.batchmill.video.JoinOptions;

/** What {@link PackVideoJob} is asked to do. Not thread-safe while it is being filled in. */
public final class PackVideoOptions implements OptionGroup {

    /** What drives become. */
    public enum Output {
        /** Shards of tf.Examples. */
        TFRECORD,
        /** Shards of Arrow batches. */
        ARROW,
        /** Smaller videos, mp4 in H.264. */
        VIDEO,
        /** Smaller videos, mkv in FFV1. */
        LOSSLESS,
        /** An image a frame, in the Udacity layout. */
        FRAMES
    }

    /** The folder of videos and logs. */
    public String data;

    @JobOption(value = "By epochs (train=epoch01+epoch02,val=epoch03) or in blocks (train=.8,val=.2).", label = "S")
    public String split = "none";

    @JobOption(
            value = "tfrecord or arrow: shards. video: mp4 in H.264. lossless: mkv in FFV1. frames: an image a frame,"
                    + " in the Udacity layout.",
            label = "KIND")
    public Output to = Output.TFRECORD;

    @JobOption(
            value = "The part of each frame to keep, in pixels (:,60:136 are rows) or in shares of it (:,.375:.85).",
            label = "x0:x1,y0:y1")
    public FrameCrop crop = new FrameCrop(":,:");

    @JobOption(value = "Resize each frame: 66x200.", label = "HxW", otherwise = "as they are")
    public PixelSize size = new PixelSize(0, 0);

    @JobOption(value = "JPEG of this quality instead of PNG.", label = "Q", otherwise = "PNG")
    public int jpeg;

    @JobOption(value = "How frames find their rows: by index or time.", label = "BY")
    public JoinOptions.By join = JoinOptions.By.INDEX;

    @JobOption(value = "Refuse a drive of which a larger share of frames and rows has no partner.", label = "X")
    public double maxMismatches = .02;

    @JobOption(value = "Frames of a shard at most: longer videos are cut at key frames.", label = "N")
    public int longest = 2000;

    /** Where it goes. */
    public final PackingOptions packing = new PackingOptions();

    /** What packs; more options for the runner are not taken. */
    public final RunnerOptions pipeline = new RunnerOptions();
}
