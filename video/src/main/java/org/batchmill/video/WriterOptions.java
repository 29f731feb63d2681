package org.batchmill.video;

import java.nio.file.Path;
import java.util.Locale;
import org.batchmill.records.UsageException;

/**
 * How a video is written.
 *
 * @param codec            the encoding
 * @param frameRate        frames a second; frames that come with a time of their own need it as well
 * @param bitsPerPixel     what lossy codecs aim at: 0.1 is a small file, 0.25 a good one
 * @param keyFrameInterval frames from one key frame to the next at most; a seek decodes half of it on average
 * @param reorderedFrames  consecutive frames that may lean on later ones (B-frames); MPEG-4 only
 * @param rotation         degrees clockwise by which players turn the frames: 0, 90, 180 or 270; mp4, mov and mkv keep it
 */
public record WriterOptions(
        VideoCodec codec,
        double frameRate,
        double bitsPerPixel,
        int keyFrameInterval,
        int reorderedFrames,
        int rotation) {

    /** Where a video does not say its rate. */
    private static final double USUAL_RATE = 25;

    public WriterOptions {
        if (!(frameRate > 0 && frameRate <= 1000)) {
            throw new UsageException("a video has more than 0 and at most 1000 frames a second, not " + frameRate);
        }
        if (!(bitsPerPixel > 0) || keyFrameInterval < 1 || reorderedFrames < 0) {
            throw new UsageException("bits per pixel and key frame interval must be positive");
        }
        if (rotation % 90 != 0 || rotation < 0 || rotation > 270) {
            throw new UsageException("a rotation is 0, 90, 180 or 270, not " + rotation);
        }
        if (reorderedFrames > 0 && !codec.canReorder()) {
            throw new UsageException("the encoder for " + codec + " writes no reordered frames");
        }
    }

    /** H.264, which browsers play in mp4. */
    public static WriterOptions at(double frameRate) {
        return new WriterOptions(VideoCodec.H264, frameRate, 0.25, 30, 0, 0);
    }

    /** What browsers play, at a video's own rate: H.264, or VP9 where the new file's name ends in .webm. */
    public static WriterOptions like(VideoInfo info, Path out) {
        double rate = info.frameRate() > 0 && info.frameRate() <= 1000 ? info.frameRate() : USUAL_RATE;
        boolean webm = out.toString().toLowerCase(Locale.ROOT).endsWith(".webm");
        return at(rate).codec(webm ? VideoCodec.VP9 : VideoCodec.H264);
    }

    public WriterOptions codec(VideoCodec codec) {
        return new WriterOptions(codec, frameRate, bitsPerPixel, keyFrameInterval, reorderedFrames, rotation);
    }

    public WriterOptions bitsPerPixel(double bitsPerPixel) {
        return new WriterOptions(codec, frameRate, bitsPerPixel, keyFrameInterval, reorderedFrames, rotation);
    }

    public WriterOptions keyFrameInterval(int keyFrameInterval) {
        return new WriterOptions(codec, frameRate, bitsPerPixel, keyFrameInterval, reorderedFrames, rotation);
    }

    public WriterOptions reorderedFrames(int reorderedFrames) {
        return new WriterOptions(codec, frameRate, bitsPerPixel, keyFrameInterval, reorderedFrames, rotation);
    }

    public WriterOptions rotation(int rotation) {
        return new WriterOptions(codec, frameRate, bitsPerPixel, keyFrameInterval, reorderedFrames, rotation);
    }
}
