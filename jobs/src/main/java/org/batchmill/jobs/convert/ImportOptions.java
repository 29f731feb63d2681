package org.batchmill.jobs.convert;

import java.nio.file.Path;
import java.util.List;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.train.network.Layer;

/** What {@link ImportJob} is asked to read. Not thread-safe while it is being filled in. */
public final class ImportOptions implements OptionGroup {

    /** The weights. */
    public Path file;

    @JobOption(value = "darknet, npz, safetensors or pt.", label = "FORMAT", required = true)
    public ModelFormat from;

    @JobOption(value = "Whose weights they are: a model's name, or a darknet .cfg file.", label = "NAME")
    public String model;

    @JobOption(value = "In the order of the outputs.", label = "A,B", otherwise = "PASCAL VOC's 20 or the ten digits")
    public List<String> classes = List.of();

    @JobOption(value = "Instead of --model: supplies the model and what the file does not hold.", label = "CHECKPOINT")
    public Path init;

    @JobOption(
            value =
                    "What layers or parameters are called in the file: YAML with a line for each, as conv1: features.0.",
            label = "FILE.yaml",
            otherwise = "the same names; of pt, the order and the shapes")
    public Path names;

    @JobOption(
            value = "The formulas of batch norms: standard or darknet.",
            label = "RULE",
            otherwise = "darknet with its weights, else standard")
    public Layer.BatchNorm.Rule batchNorm;

    @JobOption(value = "The checkpoint to write.", label = "CHECKPOINT", required = true)
    public Path out;
}
