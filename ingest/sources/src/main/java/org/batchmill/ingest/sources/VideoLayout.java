package org.batchmill.ingest.sources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.video.DriveEpoch;
import org.batchmill.video.FrameShape;
import org.batchmill.video.JoinOptions;
import org.batchmill.video.VideoFrames;
import org.batchmill.video.VideoOptions;

/**
 * Drive videos with their steering logs, {@code epochNN_front.mp4} and {@code epochNN_steering.csv}: those of a folder, or those that
 * are named ({@code epoch0[1-4]_front.mp4}), decoded into memory.
 */
final class VideoLayout implements Layout {

    @Override
    public DataFormat format() {
        return DataFormat.VIDEO;
    }

    @Override
    public boolean fits(DataLocation place) throws IOException {
        if (!place.isFolder()) {
            return place.files().stream().allMatch(DriveEpoch::isVideo);
        }
        try (Stream<Path> files = Files.list(place.path())) {
            return files.anyMatch(DriveEpoch::isVideo);
        }
    }

    @Override
    public SampleSource.Indexed open(DataLocation place, SourceOptions options, Tolerance tolerance)
            throws IOException {
        if (!options.split().isEmpty()) {
            throw new UsageException(
                    place.text() + ": drives have no lists; name the videos of the split, epoch0[1-4]_front.mp4");
        }
        List<DriveEpoch> epochs = place.isFolder() ? DriveEpoch.find(place.path()) : DriveEpoch.of(place.files());
        try {
            SourceOptions.Frames frames = options.frames();
            VideoOptions video = VideoOptions.DEFAULT.shape(FrameShape.WHOLE.size(frames.height(), frames.width()));
            return VideoFrames.open(epochs, video, frames.crop(), JoinOptions.DEFAULT, frames.budget());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataException(Kind.TRUNCATED, place.text(), "interrupted while it was opened", e);
        }
    }
}
