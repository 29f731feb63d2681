package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.testing.FfmpegProgram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Videos as cameras, phones and editors make them, made by ffmpeg: its frame counts, times and pixels are ours. */
@Tag("concurrent")
@Tag("long")
class FfmpegJudgesTest {

    private static final int HEIGHT = 96;
    private static final int WIDTH = 128;

    /** Grey levels on average: chroma is spread by other filters. From one frame of the test image to the next there are five and more. */
    private static final double MOST_DIFFERENCE = 4;

    @TempDir
    Path folder;

    private static final String MOVING = "-f lavfi -i testsrc2=size=128x96:rate=25:duration=2";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "h264.mp4|libx264|-c:v libx264 -bf 3",
                "open.mkv|libx264|-c:v libx264 -bf 3 -g 10 -x264opts open-gop=1",
                "hevc.mp4|libx265|-c:v libx265 -tag:v hvc1 -bf 3",
                "hevc.mkv|libx265|-c:v libx265 -g 12",
                "vp9.webm|libvpx-vp9|-c:v libvpx-vp9 -auto-alt-ref 1 -lag-in-frames 16 -g 20",
                "av1.mkv|libaom-av1|-c:v libaom-av1 -cpu-used 8 -lag-in-frames 16 -g 20",
                "av1.mp4|libsvtav1|-c:v libsvtav1 -preset 12 -g 20",
                "mjpeg.avi|mjpeg|-c:v mjpeg",
                "mjpeg.mov|mjpeg|-c:v mjpeg -pix_fmt yuvj422p",
                "mpeg4.avi|mpeg4|-c:v mpeg4 -bf 2",
                "h264.avi|libx264|-c:v libx264 -bf 0",
                "reordered.avi|libx264|-c:v libx264 -bf 2",
                "variable.mp4|libx264|-vf select=not(mod(n\\,3))+lt(random(1)\\,.4) -vsync vfr -c:v libx264 -bf 2",
                "variable.mkv|libx264|-vf select=not(mod(n\\,3))+lt(random(1)\\,.4) -vsync vfr -c:v libx264 -bf 2",
                "gap.mp4|libx264|-vf select=not(between(n\\,10\\,34)) -vsync vfr -c:v libx264 -bf 2",
                "gap.webm|libvpx-vp9|-vf select=not(between(n\\,10\\,34)) -vsync vfr -c:v libvpx-vp9",
                "ten-bit.mp4|libx264|-c:v libx264 -pix_fmt yuv420p10le",
                "ten-bit.mkv|libx265|-c:v libx265 -pix_fmt yuv420p10le",
                "ten-bit.webm|libvpx-vp9|-c:v libvpx-vp9 -pix_fmt yuv420p10le",
                "chroma.mp4|libx264|-c:v libx264 -pix_fmt yuv444p",
                "full.mp4|libx264|-vf scale=out_range=pc -c:v libx264 -color_range pc",
                "clock.mp4|libx264|-r 30000/1001 -video_track_timescale 90000 -c:v libx264 -bf 2",
                "fragments.mp4|libx264|-c:v libx264 -bf 2 -g 10 -movflags frag_keyframe+empty_moov",
                "single.mp4|libx264|-frames:v 1 -c:v libx264",
                "single.webm|libvpx-vp9|-frames:v 1 -c:v libvpx-vp9",
                "lossless.mkv|ffv1|-c:v ffv1 -pix_fmt yuv420p",
            })
    void shouldAgreeOnFramesTimesAndPixels(String name, String encoder, String options) throws Exception {
        FfmpegProgram.require(encoder);
        Path file = folder.resolve(name);
        FfmpegProgram.run(MOVING + " " + options + " @", file);
        judge(file);
    }

    @ParameterizedTest
    @CsvSource({"90", "180", "270"})
    void shouldTurnAsAPhoneSays(String degrees) throws Exception {
        FfmpegProgram.require("libx264");
        Path lying = folder.resolve("lying.mp4");
        Path turned = folder.resolve("turned.mp4");
        FfmpegProgram.run(MOVING + " -c:v libx264 @", lying);
        FfmpegProgram.run("-i @ -c copy -metadata:s:v:0 rotate=" + degrees + " @", lying, turned);
        judge(turned);
    }

    @ParameterizedTest
    @CsvSource({"mp4", "mov", "mkv"})
    void shouldShowWhatAnEditListLeaves(String suffix) throws Exception {
        FfmpegProgram.require("libx264");
        Path whole = folder.resolve("whole.mp4");
        Path cut = folder.resolve("cut." + suffix);
        FfmpegProgram.run(MOVING + " -c:v libx264 -bf 2 -g 10 @", whole);
        FfmpegProgram.run("-ss 0.61 -i @ -t 1 -c copy @", whole, cut);
        judge(cut);
    }

    @ParameterizedTest
    @CsvSource({"mp4", "mkv", "mov"})
    void shouldReadTheFirstOfSeveralStreamsBehindSoundThatBeginsEarlier(String suffix) throws Exception {
        FfmpegProgram.require("libx264", "aac");
        Path file = folder.resolve("streams." + suffix);
        FfmpegProgram.run(
                "-f lavfi -i sine=duration=3 -itsoffset 0.7 " + MOVING
                        + " -f lavfi -i testsrc=size=64x64:rate=10:duration=1 -map 0:a -map 1:v -map 2:v -c:a aac"
                        + " -c:v libx264 -bf 2 @",
                file);
        judge(file);
    }

    private static void judge(Path file) throws Exception {
        double[] times = times(file);
        byte[] pixels =
                FfmpegProgram.bytes("-i @ -map 0:v:0 -vsync 0 -sws_flags bilinear -f rawvideo -pix_fmt rgb24 -", file);
        List<String> wrong = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(file)) {
            assertThat(reader.countFrames()).as("frames by the index").isEqualTo(times.length);
            long[] indexed = reader.frameTimes();
            int frameBytes = HEIGHT * WIDTH * 3;
            assertThat(pixels).hasSize(frameBytes * times.length);
            for (int i = 0; i < times.length; i++) {
                try (VideoFrame frame = reader.next()) {
                    assertThat(frame).as("frame %d of %d", i, times.length).isNotNull();
                    double expected = (times[i] - times[0]) * 1e6;
                    double difference = difference(frame.pixels(), pixels, i * frameBytes);
                    if (frame.number() != i
                            || Math.abs(frame.timeMicros() - expected) > 2
                            || Math.abs(indexed[i] - expected) > 2
                            || difference > MOST_DIFFERENCE) {
                        wrong.add("frame " + i + ": number " + frame.number() + ", shown at " + frame.timeMicros()
                                + " and by the index " + indexed[i] + ", by ffprobe " + expected
                                + "; grey levels from ffmpeg's: " + difference);
                    }
                }
            }
            assertThat(reader.next()).isNull();
            assertThat(wrong.stream().limit(3)).isEmpty();
            int middle = times.length / 2;
            reader.seek(middle);
            try (VideoFrame frame = reader.next()) {
                assertThat(frame.number()).isEqualTo(middle);
                assertThat(difference(frame.pixels(), pixels, middle * frameBytes))
                        .isLessThan(MOST_DIFFERENCE);
            }
        }
    }

    /** FFmpeg's select filter, told to do the same. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|inf|7|0|0|not(mod(n\\,7))",
                "0.5|1.3|1|0|0|gte(t\\,0.5)*lt(t\\,1.3)",
                "0|inf|1|3|0|isnan(prev_selected_t)+gt(floor(t*3+.000003)\\,floor(prev_selected_t*3+.000003))",
                "0|inf|1|7.5|0|isnan(prev_selected_t)+gt(floor(t*7.5+.000008)\\,floor(prev_selected_t*7.5+.000008))",
                "0|inf|1|0|0.2|gt(scene\\,0.2)",
                "0|inf|1|0|0.05|gt(scene\\,0.05)",
            })
    void shouldSelectTheFramesThatFfmpegSelects(
            String from, String until, int every, double fps, double scene, String select) throws Exception {
        FfmpegProgram.require("libx264");
        Path file = folder.resolve("scenes.mp4");
        FfmpegProgram.run(
                "-f lavfi -i testsrc2=size=128x96:rate=25:duration=1[a];color=navy:size=128x96:rate=25:duration=1[b];"
                        + "mandelbrot=size=128x96:rate=25,trim=duration=1[c];[a][b][c]concat=n=3 -c:v libx264 -bf 2 @",
                file);
        List<Double> theirs = FfmpegProgram.probe("-f lavfi -show_entries frame=pts_time -of csv=p=0 -i movie=" + file
                        + ",format=rgb24,select=" + select)
                .stream()
                .map(line -> Double.parseDouble(line.replaceAll(",.*", "")))
                .toList();
        FrameSelection selection = new FrameSelection(
                Double.parseDouble(from),
                until.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(until),
                every,
                fps,
                scene,
                0);
        List<Double> ours = new ArrayList<>();
        FrameComparison looks = new FrameComparison(selection);
        try (VideoReader reader = VideoReader.open(file)) {
            FrameSelection.Dropped[] dropped = selection.byTime(reader.frameTimes());
            for (FrameSelection.Dropped why : dropped) {
                try (VideoFrame frame = reader.next()) {
                    if (why == null && looks.compare(frame) == null) {
                        ours.add(frame.timeMicros() / 1e6);
                    }
                }
            }
        }
        assertThat(theirs).isNotEmpty();
        assertThat(ours).isEqualTo(theirs);
    }

    private static double[] times(Path file) throws Exception {
        List<String> lines = FfmpegProgram.probe(
                "-select_streams v:0 -show_entries frame=best_effort_timestamp_time -of csv=p=0 @", file);
        double[] times = new double[lines.size()];
        // An avi whose frames are reordered has no times of showing.
        boolean counted = lines.stream().anyMatch(line -> line.startsWith("N/A"));
        for (int i = 0; i < times.length; i++) {
            times[i] = counted ? i / 25.0 : Double.parseDouble(lines.get(i).replaceAll(",.*", ""));
        }
        return times;
    }

    /** Even lines of one moment, odd lines of the next: what is read shows the first alone. */
    @ParameterizedTest
    @CsvSource({
        "yuv420p,mp4,libx264 -flags +ildct+ilme",
        "yuv422p,mkv,libx264 -flags +ildct+ilme",
        "yuv420p,avi,mpeg4 -flags +ildct+ilme"
    })
    void shouldShowOneFieldOfInterlacedFrames(String pixels, String suffix, String encoder) throws Exception {
        FfmpegProgram.require(encoder.replaceAll(" .*", ""));
        Path file = folder.resolve("fields." + suffix);
        String moving =
                "-f lavfi -i color=gray:size=128x96:rate=50:duration=1[a];color=white:size=32x48:rate=50:duration=1[b];"
                        + "[a][b]overlay=x=4*mod(n\\,20):y=21";
        FfmpegProgram.run(
                moving + " -vf tinterlace=interleave_top,fieldorder=tff -q:v 2 -pix_fmt " + pixels + " -c:v " + encoder
                        + " @",
                file);
        byte[] moments = FfmpegProgram.bytes(moving + " -f rawvideo -pix_fmt rgb24 -");
        int frameBytes = HEIGHT * WIDTH * 3;
        double[] far = new double[2];
        for (Interlaced way : List.of(Interlaced.ONE_FIELD, Interlaced.AS_STORED)) {
            int place = way == Interlaced.ONE_FIELD ? 0 : 1;
            try (VideoReader reader = VideoReader.open(file, VideoOptions.DEFAULT.interlaced(way))) {
                assertThat(reader.countFrames()).isEqualTo(times(file).length);
                for (int i = 0; i < 24; i++) {
                    try (VideoFrame frame = reader.next()) {
                        assertThat(frame.interlaced()).isTrue();
                        far[place] += difference(frame.pixels(), moments, 2 * i * frameBytes) / 24;
                    }
                }
            }
        }
        assertThat(far[0]).as("one field %.2f, as stored %.2f", far[0], far[1]).isLessThan(.8 * far[1]);
        FrameShape part = FrameShape.WHOLE.rows(11, 75).columns(3, 99).size(32, 48);
        try (VideoReader whole = VideoReader.open(file);
                VideoReader cut = VideoReader.open(file, VideoOptions.DEFAULT.shape(part))) {
            cut.seek(7);
            whole.seek(7);
            try (VideoFrame all = whole.next();
                    VideoFrame some = cut.next()) {
                assertThat(some.pixels().remaining()).isEqualTo(32 * 48 * 3);
                assertThat(halved(all, some)).isLessThan(MOST_DIFFERENCE);
            }
        }
        try (VideoReader reader = VideoReader.open(file, VideoOptions.DEFAULT.interlaced(Interlaced.REFUSE))) {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("frame 0: unsupported: is interlaced");
        }
    }

    /** How far a frame cut at column 3 and row 11, at half the size, is from the averages of the whole frame. */
    private static double halved(VideoFrame whole, VideoFrame cut) {
        double sum = 0;
        for (int y = 0; y < cut.height(); y++) {
            for (int x = 0; x < cut.width(); x++) {
                int corner = green(whole, 11 + 2 * y, 3 + 2 * x) + green(whole, 12 + 2 * y, 3 + 2 * x);
                int other = green(whole, 11 + 2 * y, 4 + 2 * x) + green(whole, 12 + 2 * y, 4 + 2 * x);
                sum += Math.abs((corner + other) / 4.0 - green(cut, y, x));
            }
        }
        return sum / (cut.height() * cut.width());
    }

    private static int green(VideoFrame frame, int y, int x) {
        return frame.pixels().get((y * frame.width() + x) * 3 + 1) & 0xff;
    }

    private static double difference(ByteBuffer ours, byte[] theirs, int from) {
        long sum = 0;
        int count = ours.remaining();
        for (int i = 0; i < count; i++) {
            sum += Math.abs((ours.get(i) & 0xff) - (theirs[from + i] & 0xff));
        }
        return (double) sum / count;
    }
}
