package org.batchmill.video;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Tells packets that become frames from those that do not: what an edit list cuts off, empty ones, and images at the very
 * beginning that are shown before the first key frame and lean on frames before the cut. Reading in order and the index both ask
 * this, so that they count alike.
 */
final class LeadingPackets {

    private long firstKey = avutil.AV_NOPTS_VALUE;

    /** Called for each packet in the order of decoding, from the file's first. */
    boolean isShown(AVPacket packet) {
        boolean key = (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0;
        if (firstKey == avutil.AV_NOPTS_VALUE && key) {
            firstKey = packet.pts();
        }
        boolean leading =
                firstKey != avutil.AV_NOPTS_VALUE && packet.pts() != avutil.AV_NOPTS_VALUE && packet.pts() < firstKey;
        return !leading && packet.size() > 0 && (packet.flags() & avcodec.AV_PKT_FLAG_DISCARD) == 0;
    }
}
