package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;

/** Puts the packets of one video behind those of another without encoding anew, as a careless recorder does. */
final class PacketJoin {

    private PacketJoin() {}

    static void append(Path first, Path second, Path out) throws Exception {
        AVFormatContext format = new AVFormatContext(null);
        avformat.avformat_alloc_output_context2(format, null, null, out.toString());
        AVStream stream = avformat.avformat_new_stream(format, null);
        long offset = 0;
        boolean begun = false;
        for (Path file : new Path[] {first, second}) {
            FileInput input = new FileInput(FileChannel.open(file));
            try (Demuxer demuxer = Demuxer.open(input, file.toString(), VideoOptions.DEFAULT)) {
                if (!begun) {
                    avcodec.avcodec_parameters_copy(stream.codecpar(), demuxer.parameters());
                    stream.time_base(demuxer.timeBase());
                    AVIOContext output = new AVIOContext(null);
                    assertThat(avformat.avio_open(output, "file:" + out, avformat.AVIO_FLAG_WRITE))
                            .isZero();
                    format.pb(output);
                    assertThat(avformat.avformat_write_header(format, (AVDictionary) null))
                            .isNotNegative();
                    begun = true;
                }
                long last = 0;
                for (AVPacket packet = demuxer.read(); packet != null; packet = demuxer.read()) {
                    packet.stream_index(0);
                    packet.pts(packet.pts() + offset);
                    packet.dts(packet.dts() + offset);
                    last = packet.pts();
                    assertThat(avformat.av_interleaved_write_frame(format, packet))
                            .isZero();
                    avcodec.av_packet_free(packet);
                }
                offset = last + 40;
            }
        }
        avformat.av_write_trailer(format);
        avformat.avio_close(format.pb());
        avformat.avformat_free_context(format);
    }
}
