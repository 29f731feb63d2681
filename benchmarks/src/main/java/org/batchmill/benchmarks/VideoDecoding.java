package org.batchmill.benchmarks;

import java.nio.file.Path;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.Median;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.video.FrameShape;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoOptions;
import org.batchmill.video.VideoReader;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Frames a second of {@link VideoReader} with a resize to 66 x 200 beside FFmpeg's decoder alone, which makes no RGB and resizes
 * nothing. Both use the same number of decoder threads and take turns; the ratio of the medians is what counts. The first rounds only warm
 * up: after one of a short video the reader's own code is not compiled yet.
 *
 * <p>Arguments: the video, then optionally the decoder threads (default 1) and the rounds (default 9).
 */
public final class VideoDecoding {

    private static final int WARM_UP_ROUNDS = 3;

    private VideoDecoding() {}

    public static void main(String[] args) throws Exception {
        Path video = Path.of(args[0]);
        int threads = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 9;
        double[] bare = new double[rounds];
        double[] ours = new double[rounds];
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            double decoderAlone = rate(() -> decodeOnly(video, threads));
            double reader = rate(() -> readAll(video, threads));
            if (round >= 0) {
                bare[round] = decoderAlone;
                ours[round] = reader;
            }
        }
        try (ResultTable table = ResultTable.of(
                VideoDecoding.class,
                args,
                Column.text("video"),
                Column.number("decoder threads", 0),
                Column.number("decoder alone, frames/s", 0),
                Column.number("decoded and resized to 66x200, frames/s", 0),
                Column.number("ratio", 2))) {
            table.row(
                    video.getFileName().toString(),
                    (double) threads,
                    Median.of(bare),
                    Median.of(ours),
                    Median.of(ours) / Median.of(bare));
        }
    }

    private interface Work {
        long run() throws Exception;
    }

    private static double rate(Work work) throws Exception {
        long start = System.nanoTime();
        long frames = work.run();
        return frames * 1e9 / (System.nanoTime() - start);
    }

    private static long readAll(Path video, int threads) throws Exception {
        VideoOptions options = VideoOptions.DEFAULT.decoderThreads(threads).shape(FrameShape.WHOLE.size(66, 200));
        long frames = 0;
        try (VideoReader reader = VideoReader.open(video, options)) {
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                frame.close();
                frames++;
            }
        }
        return frames;
    }

    private static long decodeOnly(Path video, int threads) {
        AVFormatContext format = new AVFormatContext(null);
        require(avformat.avformat_open_input(format, video.toString(), null, null));
        require(avformat.avformat_find_stream_info(format, (AVDictionary) null));
        int index = require(avformat.av_find_best_stream(format, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0));
        AVStream stream = format.streams(index);
        AVCodec codec = avcodec.avcodec_find_decoder(stream.codecpar().codec_id());
        AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
        require(avcodec.avcodec_parameters_to_context(context, stream.codecpar()));
        context.thread_count(threads);
        require(avcodec.avcodec_open2(context, codec, (AVDictionary) null));
        AVPacket packet = avcodec.av_packet_alloc();
        AVFrame frame = avutil.av_frame_alloc();
        long frames = 0;
        boolean more = true;
        while (more) {
            more = avformat.av_read_frame(format, packet) >= 0;
            if (!more || packet.stream_index() == index) {
                avcodec.avcodec_send_packet(context, more ? packet : null);
                while (avcodec.avcodec_receive_frame(context, frame) >= 0) {
                    frames++;
                }
            }
            avcodec.av_packet_unref(packet);
        }
        avutil.av_frame_free(frame);
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(context);
        avformat.avformat_close_input(format);
        return frames;
    }

    private static int require(int result) {
        if (result < 0) {
            throw new IllegalStateException("FFmpeg: error " + result);
        }
        return result;
    }
}
