package org.batchmill.video;

import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * What a video can be written as. FFmpeg is used in its LGPL build, whose H.264 encoder is Cisco's OpenH264 (BSD-2-Clause); x264
 * and x265 are GPL and not there, so HEVC is read but not written.
 */
public enum VideoCodec {
    /** H.264 by OpenH264: what every browser plays in mp4. */
    H264("libopenh264", avutil.AV_PIX_FMT_YUV420P),
    /** VP9 by libvpx: what browsers play in webm, free of patent claims known to us, slow to encode. */
    VP9("libvpx-vp9", avutil.AV_PIX_FMT_YUV420P),
    /** MPEG-4 part 2: fast; browsers do not play it. */
    MPEG4("mpeg4", avutil.AV_PIX_FMT_YUV420P),
    /** FFV1, without loss of a bit, RGB; for mkv and avi. Browsers do not play it. */
    FFV1("ffv1", avutil.AV_PIX_FMT_BGR0);

    private final String encoder;
    private final int pixelFormat;

    VideoCodec(String encoder, int pixelFormat) {
        this.encoder = encoder;
        this.pixelFormat = pixelFormat;
    }

    /** FFmpeg's name of the encoder. */
    String encoder() {
        return encoder;
    }

    int pixelFormat() {
        return pixelFormat;
    }

    /** Whether colour is stored at half the resolution, which takes even sizes. */
    boolean needsEvenSize() {
        return pixelFormat == avutil.AV_PIX_FMT_YUV420P;
    }

    /** The least height and width in pixels: OpenH264 fails at the first frame of a smaller one. */
    int leastSide() {
        return this == H264 ? 16 : 1;
    }

    /** The most pixels of a frame: OpenH264's 36,864 macroblocks, those of level 5.2; FFmpeg says of a larger one no more than that it fails. */
    long mostPixels() {
        return this == H264 ? 36_864 * 256 : Long.MAX_VALUE;
    }

    /**
     * The bytes that the encoder asks for at once before it knows how long a packet will be: FFV1's, in version 3, 37 words a pixel
     * (ffv1enc.c of FFmpeg), of which it touches as many as it fills.
     */
    long packetBytes(int height, int width) {
        return this == FFV1 ? 37L * 4 * height * width : 0;
    }

    /** The order of packets and frames may differ. */
    boolean canReorder() {
        return this == MPEG4;
    }

    int id() {
        return switch (this) {
            case H264 -> avcodec.AV_CODEC_ID_H264;
            case VP9 -> avcodec.AV_CODEC_ID_VP9;
            case MPEG4 -> avcodec.AV_CODEC_ID_MPEG4;
            case FFV1 -> avcodec.AV_CODEC_ID_FFV1;
        };
    }
}
