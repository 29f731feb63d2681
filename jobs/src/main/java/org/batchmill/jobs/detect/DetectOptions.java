package org.batchmill.jobs.detect;

import java.nio.file.Path;
import java.util.List;
import org.batchmill.augment.transform.Fit;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;

/** What {@link DetectJob} is asked to do. Not thread-safe while it is being filled in. */
public final class DetectOptions implements OptionGroup {

    /** How outputs become boxes. */
    public enum Decode {
        /** As the reference program does it. */
        DARKNET,
        /** For one class, as a well-known course's vehicle detection does it. */
        VEHICLE
    }

    /** A checkpoint or a run folder; null where {@link #model} is given. */
    public Path checkpoint;

    @JobOption(value = "Instead of CHECKPOINT, a detector that comes along, for trying out: shapes.", label = "NAME")
    public String model;

    /** An image, a video, or a folder of them. */
    public Path images;

    @JobOption(value = "A folder for what is drawn; for one video also the file to write.", label = "WHERE")
    public Path out;

    @JobOption(value = "How outputs become boxes: darknet or vehicle.", label = "D")
    public Decode decode = Decode.DARKNET;

    @JobOption(value = "Only these classes.", label = "A,B")
    public List<String> classes = List.of();

    @JobOption(value = "The least score.", label = "X", otherwise = ".25, for vehicle .17")
    @Within(atLeast = 0, atMost = 1)
    public Double threshold;

    @JobOption(value = "Overlap from which boxes are one.", label = "X", otherwise = ".5, for vehicle .4")
    @Within(atLeast = 0, atMost = 1)
    public Double nms;

    @JobOption(value = "The part to look at, in pixels.", label = "x0:x1,y0:y1", form = CropWindow.Text.class)
    public CropWindow crop;

    @JobOption(value = "stretch or letterbox: as the network was trained.", label = "F")
    public Fit fit = Fit.STRETCH;

    @JobOption("Say what would be read and written, and do neither.")
    public boolean dryRun;

    /** What computes. */
    public EngineOptions engine = new EngineOptions();
}
