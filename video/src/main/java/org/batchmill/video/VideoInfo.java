package org.batchmill.video;

/**
 * What a video file says of itself. Sizes are as shown, that is after rotation.
 *
 * @param codec           FFmpeg's name: h264, hevc, mpeg4, vp9, ...
 * @param container       mov (also mp4), matroska (also webm) or avi
 * @param width           in pixels
 * @param height          in pixels
 * @param frameRate       average frames a second; NaN where the file does not say, or says 0
 * @param rotation        degrees clockwise by which the stored frames are turned for showing: 0, 90, 180 or 270
 * @param claimedFrames   how many frames the header promises; 0 where it does not say
 * @param durationSeconds as the header says; NaN where it does not
 */
public record VideoInfo(
        String codec,
        String container,
        int width,
        int height,
        double frameRate,
        int rotation,
        long claimedFrames,
        double durationSeconds) {}
