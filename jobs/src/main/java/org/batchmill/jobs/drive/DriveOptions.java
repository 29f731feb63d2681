package org.batchmill.jobs.drive;

import java.nio.file.Path;
import java.util.List;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.video.FrameCrop;

/** What {@link DriveJob} is asked to draw. Not thread-safe while it is being filled in. */
public final class DriveOptions implements OptionGroup {

    @JobOption(value = "The video to write.", label = "FILE")
    public Path out;

    @JobOption(value = "The true angles, drawn beside: a row a frame.", label = "CSV")
    public Path truth;

    @JobOption(value = "Write each frame's truth and prediction.", label = "CSV")
    public Path predictions;

    @JobOption(value = "Another part of the frame than in training: for another camera.", label = "x0:x1,y0:y1")
    public FrameCrop crop;

    @JobOption("Say what would be read and written, and do neither.")
    public boolean dryRun;

    /** The files that are written. */
    List<Path> outputs() {
        return predictions == null ? List.of(out) : List.of(out, predictions);
    }
}
