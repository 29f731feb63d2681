package org.batchmill.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A drive whose frames show their number, and its log. */
final class DrawnDrive {

    private DrawnDrive() {}

    static float angle(int frame) {
        return (frame % 21 - 10) / 10f;
    }

    /** Writes epochNN_front.mp4 with its log, a row a frame every 40 ms. */
    static DriveEpoch write(Path folder, int epoch, int frames) throws IOException {
        StringBuilder log = new StringBuilder("ts_micro,frame_index,wheel\n");
        for (int i = 0; i < frames; i++) {
            log.append(1_000_000_000L + i * 40_000L)
                    .append(',')
                    .append(i)
                    .append(',')
                    .append(angle(i))
                    .append('\n');
        }
        return write(folder, epoch, frames, log.toString());
    }

    static DriveEpoch write(Path folder, int epoch, int frames, String log) throws IOException {
        String name = String.format(Locale.ROOT, "epoch%02d", epoch);
        Path video = NumberedFrames.write(
                folder.resolve(name + "_front.mp4"),
                frames,
                WriterOptions.at(25).keyFrameInterval(10));
        Files.writeString(folder.resolve(name + "_steering.csv"), log);
        return DriveEpoch.of(List.of(video)).get(0);
    }
}
