package org.batchmill.jobs.convert;

import java.nio.file.Path;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.train.darknet.DarknetHeader;

/** What {@link ExportJob} is asked to write. Not thread-safe while it is being filled in. */
public final class ExportOptions implements OptionGroup {

    /** A checkpoint or a run folder; where a moving average of the weights was kept, it is what is written. */
    public Path checkpoint;

    @JobOption(value = "darknet, npz, safetensors, onnx or pb.", label = "FORMAT", required = true)
    public ModelFormat to;

    @JobOption(value = "The file to write.", label = "FILE", required = true)
    public Path out;

    @JobOption(value = "With npz and safetensors: only layers with such names.", label = "PATTERN")
    public String layers = "*";

    @JobOption(
            value = "With darknet: 0.2, 0.1 or 2015, whose dense weights are transposed.",
            label = "V",
            form = DarknetHeaderText.class)
    public DarknetHeader header = DarknetHeader.VERSION_0_2;
}
