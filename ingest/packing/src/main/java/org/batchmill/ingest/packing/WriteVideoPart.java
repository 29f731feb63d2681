package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.video.DriveEpoch;
import org.batchmill.video.FrameLabels;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoOptions;
import org.batchmill.video.VideoReader;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/** Decodes a run of frames in order and writes the labelled ones into a shard; gives how many there were. */
final class WriteVideoPart extends DoFn<VideoPart, Long> {

    private static final long serialVersionUID = 1L;

    private final VideoPackOptions options;

    WriteVideoPart(VideoPackOptions options) {
        this.options = options;
    }

    @ProcessElement
    public void write(@Element VideoPart part, OutputReceiver<Long> out) throws IOException, InterruptedException {
        DriveEpoch epoch = DriveEpoch.of(List.of(Path.of(part.video()))).get(0);
        FrameLabels labels = FrameLabels.join(epoch, options.join());
        OutputNames names = new OutputNames(options.prefix(), PackOptions.Container.TFRECORD);
        long written = 0;
        try (VideoReader reader = VideoReader.open(epoch.video(), VideoOptions.DEFAULT.shape(options.shape()));
                ShardFile shard = ShardFile.create(
                        names.folder().resolve(part.shard()), PackOptions.Container.TFRECORD, List.of())) {
            if (part.from() > 0) {
                reader.seek(part.from());
            }
            for (int next = part.from(); next < part.to(); next++) {
                try (VideoFrame frame = reader.next()) {
                    if (frame == null || frame.number() != next) {
                        throw new DataException(
                                DataException.Kind.CORRUPT, part.video() + ": frame " + next, "did not come");
                    }
                    if (!Float.isNaN(labels.angle(next))) {
                        shard.write(new Sample(
                                SampleId.ofFrame(epoch.videoName(), next),
                                new Content.EncodedImage(encode(frame)),
                                new Labels.Steering(labels.angle(next))));
                        written++;
                    }
                }
            }
            shard.finish();
        }
        out.output(written);
    }

    private ByteBuffer encode(VideoFrame frame) throws IOException {
        int[] settings = options.jpeg() > 0
                ? new int[] {opencv_imgcodecs.IMWRITE_JPEG_QUALITY, options.jpeg()}
                : new int[] {opencv_imgcodecs.IMWRITE_PNG_COMPRESSION, 1};
        try (BytePointer pixels = new BytePointer(frame.pixels());
                Mat rgb = new Mat(frame.height(), frame.width(), opencv_core.CV_8UC3, pixels);
                Mat bgr = new Mat();
                BytePointer encoded = new BytePointer();
                IntPointer parameters = new IntPointer(settings)) {
            opencv_imgproc.cvtColor(rgb, bgr, opencv_imgproc.COLOR_RGB2BGR);
            if (!opencv_imgcodecs.imencode(options.jpeg() > 0 ? ".jpg" : ".png", bgr, encoded, parameters)) {
                throw new IOException("OpenCV could not encode frame " + frame.number());
            }
            byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
            encoded.get(bytes);
            return ByteBuffer.wrap(bytes);
        }
    }
}
