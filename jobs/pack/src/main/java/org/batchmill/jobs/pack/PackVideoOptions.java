package org.batchmill.jobs.pack;

import org.batchmill.jobs.PictureSize;
import org.batchmill.records.ErrorMode;
import org.batchmill.video.JoinOptions;

/**
 * What {@link PackVideoJob} is asked to do: public fields that the caller fills in before the job begins. Not thread-safe while it is
 * being filled in.
 */
public final class PackVideoOptions {

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

    /** What the names of the shards begin with; the folder of smaller videos or images. */
    public String out;

    /** none, by epochs (train=epoch01+epoch02,val=epoch03) or in blocks (train=.8,val=.2). */
    public String split = "none";

    /** What drives become. */
    public Output output = Output.TFRECORD;

    /** The part of each frame to keep, in pixels (:,60:136 are rows) or in shares of it (:,.375:.85). */
    public String crop = ":,:";

    /** Each frame is resized to this; zeros leave it as it is. */
    public PictureSize size = new PictureSize(0, 0);

    /** JPEG of this quality instead of PNG; 0 for PNG. */
    public int jpeg;

    /** How frames find their rows. */
    public JoinOptions.By join = JoinOptions.By.INDEX;

    /** A drive of which a larger share of frames and rows has no partner is refused. */
    public double maxMismatches = .02;

    /** Frames of a shard at most: longer videos are cut at key frames. */
    public int longest = 2000;

    /** What becomes of bad frames and drives. */
    public ErrorMode onError = ErrorMode.FAIL;

    /** Bad frames and drives that may be left out. */
    public long maxErrors = 100;

    /** direct or flink. */
    public String runner = "direct";

    /** Of the pipeline; 0 for the number of processors. */
    public int workers;
}
