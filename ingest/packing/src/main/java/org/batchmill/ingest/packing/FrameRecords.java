package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.batchmill.ingest.packing.DriveFrames.Moment;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.example.Example;
import org.batchmill.records.example.SequenceExample;
import org.batchmill.video.VideoFrame;

/**
 * Turns the moments of one run into records: a frame each, with those of the other cameras in features {@code camera/NAME/...}; or windows of
 * consecutive kept frames, as SequenceExamples. Used by one thread.
 */
abstract class FrameRecords {

    private final VideoRecords what;
    private final DriveFrames frames;
    private long written;

    private FrameRecords(VideoRecords what, DriveFrames frames) {
        this.what = what;
        this.frames = frames;
    }

    static FrameRecords into(ShardFile shard, VideoRecords what, DriveFrames frames) {
        return what.window() == 0 ? new Single(shard, what, frames) : new Windows(shard, what, frames);
    }

    abstract void write(Moment moment) throws IOException;

    /** How many records were written. */
    long written() {
        return written;
    }

    /** A record a frame. */
    private static final class Single extends FrameRecords {
        private final ShardFile shard;

        Single(ShardFile shard, VideoRecords what, DriveFrames frames) {
            super(what, frames);
            this.shard = shard;
        }

        @Override
        void write(Moment moment) throws IOException {
            VideoFrame frame = moment.frame();
            Sample sample = new Sample(
                    SampleId.ofFrame(super.frames.epoch().videoName(), frame.number()),
                    new Content.EncodedImage(super.frames.encode(frame)),
                    Float.isNaN(moment.angle()) ? Labels.NONE : new Labels.Steering(moment.angle()));
            if (super.what.cameras().isEmpty()) {
                shard.write(sample);
            } else {
                shard.write(sample, others(moment));
            }
            super.written++;
        }

        private ByteBuffer others(Moment moment) throws IOException {
            Example.Builder features =
                    Example.builder().int64s("frame/time_micros", moment.frame().timeMicros());
            for (int i = 0; i < moment.others().size(); i++) {
                VideoFrame its = moment.others().get(i);
                String name = "camera/" + super.what.cameras().get(i).name() + "/";
                features.bytes(name + "encoded", super.frames.encode(its))
                        .int64s(name + "frame", its.number())
                        .int64s(name + "time_micros", its.timeMicros());
            }
            return features.build();
        }
    }

    /** One frame of a window, encoded. */
    private record Step(long frame, long micros, float angle, List<ByteBuffer> images) {}

    /** Several frames a record. */
    private static final class Windows extends FrameRecords {
        private final ShardFile shard;
        private final Deque<Step> steps = new ArrayDeque<>();
        private int toSkip;

        Windows(ShardFile shard, VideoRecords what, DriveFrames frames) {
            super(what, frames);
            this.shard = shard;
        }

        @Override
        void write(Moment moment) throws IOException {
            if (!moment.follows()) {
                steps.clear();
                toSkip = 0;
            }
            List<ByteBuffer> images = new ArrayList<>();
            if (toSkip > 0) {
                toSkip--;
                return;
            }
            images.add(super.frames.encode(moment.frame()));
            for (VideoFrame other : moment.others()) {
                images.add(super.frames.encode(other));
            }
            steps.add(new Step(moment.frame().number(), moment.frame().timeMicros(), moment.angle(), images));
            if (steps.size() == super.what.window()) {
                shard.writeMessage(sequence(List.copyOf(steps)));
                super.written++;
                // What the next window does not share with this one.
                int gone = Math.min(super.what.windowStride(), steps.size());
                for (int i = 0; i < gone; i++) {
                    steps.remove();
                }
                toSkip = super.what.windowStride() - gone;
            }
        }

        private ByteBuffer sequence(List<Step> window) {
            String id = SampleId.ofFrame(
                            super.frames.epoch().videoName(), window.get(0).frame())
                    .value();
            SequenceExample.Builder sequence = SequenceExample.builder()
                    .contextBytes("image/source_id", List.of(ByteBuffer.wrap(id.getBytes(StandardCharsets.UTF_8))))
                    .bytes(
                            "image/encoded",
                            each(window, step -> List.of(step.images().get(0))))
                    .int64s("frame/number", each(window, step -> new long[] {step.frame()}))
                    .int64s("frame/time_micros", each(window, step -> new long[] {step.micros()}));
            if (super.frames.labels().logged()) {
                sequence.floats("steering/angle", each(window, step -> new float[] {step.angle()}));
            }
            for (int i = 0; i < super.what.cameras().size(); i++) {
                int place = i + 1;
                sequence.bytes(
                        "camera/" + super.what.cameras().get(i).name() + "/encoded",
                        each(window, step -> List.of(step.images().get(place))));
            }
            return sequence.build();
        }

        private static <T> List<T> each(List<Step> window, Function<Step, T> value) {
            return window.stream().map(value).toList();
        }
    }
}
