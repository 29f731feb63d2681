package org.batchmill.jobs.convert;

import java.nio.file.Path;
import java.util.List;
import org.batchmill.jobs.model.PixelRange;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.train.network.Layer;

/** What {@link ImportJob} is asked to read. Not thread-safe while it is being filled in. */
public final class ImportOptions implements OptionGroup {

    /** The weights. */
    public Path file;

    @JobOption(value = "darknet, npz, safetensors, pt or onnx.", label = "FORMAT", required = true)
    public ModelFormat from;

    @JobOption(value = "Whose weights they are: a model's name, or a darknet .cfg file.", label = "NAME")
    public String model;

    @JobOption(
            value = "In the order of the outputs.",
            label = "A,B",
            otherwise = "PASCAL VOC's 20 or the ten digits; of onnx, what the file tells, or numbers")
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

    @JobOption(
            value =
                    "What a network in ONNX wants of a pixel: bytes (0 to 255), unit (0 to 1), signed (-1 to 1) or imagenet"
                            + " (ImageNet's mean and deviation). Layers in front of it see to that.",
            label = "RANGE",
            otherwise = "bytes")
    public PixelRange pixels;

    @JobOption(value = "The checkpoint to write.", label = "CHECKPOINT", required = true)
    public Path out;
}
