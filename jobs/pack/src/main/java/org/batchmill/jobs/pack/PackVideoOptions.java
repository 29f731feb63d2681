package org.batchmill.jobs.pack;

import java.util.List;
import org.batchmill.jobs.PixelSize;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;
import org.batchmill.video.FrameCrop;
import org.batchmill.video.Interlaced;
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
    @Within(atLeast = 0, atMost = 100)
    public int jpeg;

    @JobOption(value = "How frames find their rows, and other cameras' frames: by index or time.", label = "BY")
    public JoinOptions.By join = JoinOptions.By.INDEX;

    @JobOption(
            value = "How much later than a frame its label was logged: by time in seconds, by index in frames.",
            label = "X")
    public double labelOffset;

    @JobOption(
            value = "By time: how far, in seconds, a row, or another camera's frame, may be from a frame.",
            label = "X")
    @Within(atLeast = 0)
    public double tolerance = .05;

    @JobOption("By time: a frame between two rows takes what lies between their values.")
    public boolean interpolate;

    @JobOption(value = "Refuse a drive of which a larger share of frames and rows has no partner.", label = "X")
    @Within(atLeast = 0, atMost = 1)
    public double maxMismatches = .02;

    @JobOption("Every video of the folder, at any depth, without labels.")
    public boolean unlabelled;

    @JobOption(
            value = "More cameras of a drive (epochNN_left.mp4), their frames beside those of the front in each record;"
                    + " left@X where its clock began X seconds (by index: frames) later.",
            label = "left,right")
    public List<String> cameras = List.of();

    @JobOption(value = "Only frames shown so many seconds after the first of their video, or later.", label = "X")
    @Within(atLeast = 0)
    public double from;

    @JobOption(value = "Only frames shown before so many seconds.", label = "X", otherwise = "the end of the video")
    @Within(above = 0)
    public Double until;

    @JobOption(value = "One frame in so many.", label = "N")
    @Within(atLeast = 1)
    public int every = 1;

    @JobOption(value = "At most so many frames a second; none is repeated.", label = "X", otherwise = "all")
    @Within(above = 0)
    public Double fps;

    @JobOption(
            value =
                    "Only frames that begin a scene: those with a score above this, which is that of FFmpeg's select filter;"
                            + " .3 finds cuts.",
            label = "X",
            otherwise = "all")
    @Within(atLeast = 0)
    public Double scene;

    @JobOption(
            value =
                    "Drop near duplicates: frames that differ from the last one kept by less than this share of the grey"
                            + " levels on average; .01 for a camera that stands.",
            label = "X",
            otherwise = "none is dropped")
    @Within(atLeast = 0)
    public Double minDifference;

    @JobOption(
            value = "Records of so many kept frames that follow each other, as SequenceExamples.",
            label = "K",
            otherwise = "an Example a frame")
    @Within(atLeast = 0)
    public int window;

    @JobOption(value = "Kept frames from the beginning of one window to that of the next.", label = "N")
    @Within(atLeast = 1)
    public int windowStride = 1;

    @JobOption(
            value =
                    "Interlaced frames: one-field makes each of its even lines, as-stored leaves the combs, refuse ends with an"
                            + " error.",
            label = "HOW")
    public Interlaced interlaced = Interlaced.ONE_FIELD;

    @JobOption(value = "Say what would be read and written, and write nothing.")
    public boolean dryRun;

    @JobOption(value = "Frames of a shard at most: longer videos are cut at key frames.", label = "N")
    @Within(atLeast = 1)
    public int longest = 2000;

    /** Where it goes. */
    public final PackingOptions packing = new PackingOptions();

    /** What packs. */
    public final RunnerOptions pipeline = new RunnerOptions();
}
