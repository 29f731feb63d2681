package org.batchmill.jobs.options;

import java.nio.file.Path;
import java.util.List;
import org.batchmill.train.optimize.Optimizer;

/** How the network learns. What is null is the model's, the recipe's or the task's own. Not thread-safe while it is being filled in. */
public final class OptimizationOptions implements OptionGroup {

    @JobOption(
            value = "A model's name, a darknet .cfg file, or for classify and digits a .yaml that describes a network.",
            label = "NAME",
            otherwise = "the task's usual model",
            common = true)
    public String model;

    @JobOption(
            value = "yolo: darknet or modern; steering: simulator or camera; classify: plain or modern.",
            label = "R",
            otherwise = "modern for yolo and classify, simulator for steering")
    public String recipe;

    @JobOption(value = "Passes over the data.", label = "N", otherwise = "the task's own", common = true)
    @Within(atLeast = 1)
    public Integer epochs;

    @JobOption(value = "Updates, instead of epochs.", label = "N", common = true)
    @Within(atLeast = 1)
    public Long steps;

    @JobOption(value = "Parts that a batch is computed in.", label = "N")
    @Within(atLeast = 1)
    public int subdivisions = 1;

    @JobOption(
            value = "sgd, momentum:M, nesterov:M, adagrad, adadelta, rmsprop, adam, adamw:DECAY.",
            label = "O",
            otherwise = "the recipe's own")
    public Optimizer optimizer;

    @JobOption(
            value = "The learning rate that the schedule starts from.",
            label = "RATE",
            otherwise = "the recipe's own",
            common = true)
    @Within(above = 0)
    public Double lr;

    @JobOption(
            value = "constant, cosine, steps:N,N@F,F, exponential:FACTOR,EVERY, polynomial:POWER, plateau:PATIENCE.",
            label = "S",
            otherwise = "the recipe's own")
    public SchedulePlan schedule;

    @JobOption(
            value = "Updates over which the rate rises at the start; with darknet's fourth power in its recipe.",
            label = "N",
            otherwise = "the recipe's own")
    @Within(atLeast = 0)
    public Integer warmup;

    @JobOption(value = "Coefficient of the sum of absolute weights.", label = "X")
    @Within(atLeast = 0)
    public Float l1;

    @JobOption(
            value = "Coefficient of half the sum of squared weights (darknet's decay).",
            label = "X",
            otherwise = "the recipe's own")
    @Within(atLeast = 0)
    public Float l2;

    @JobOption(
            value = "Classify and digits: give this share of each target to all classes alike: .1.",
            label = "SHARE",
            otherwise = "the recipe's own")
    @Within(atLeast = 0, below = 1)
    public Float labelSmoothing;

    @JobOption(value = "The largest global norm of the gradients.", label = "X", otherwise = "the recipe's own")
    @Within(atLeast = 0)
    public Float clipNorm;

    @JobOption(value = "The largest size of each gradient, before the norm.", label = "X")
    @Within(above = 0)
    public Float clipValue;

    @JobOption(value = "Multiply the learning rate of layers with such names: 'conv*=0.1'.", label = "PATTERN=X")
    public List<LayerRate> layerRates = List.of();

    @JobOption(
            value = "Learn this share of each batch, drawn in favour of samples with a large loss: .5.",
            label = "SHARE")
    @Within(above = 0, atMost = 1)
    public Double hardExamples;

    @JobOption(
            value = "Keep a moving average of the weights, this share of the old each step.",
            label = "X",
            otherwise = "the recipe's own")
    @Within(atLeast = 0, below = 1)
    public Float ema;

    @JobOption(
            value = "Stop after so many evaluations without improvement.",
            label = "N",
            otherwise = "the recipe's own")
    @Within(atLeast = 0)
    public Integer patience;

    @JobOption(
            value = "Go back to the last checkpoint, with half the rate, up to so often when a number is not finite.",
            label = "N")
    @Within(atLeast = 0)
    public int rollback;

    @JobOption(
            value =
                    "Start from the parameters of a checkpoint or an .onnx, by name, or of another program's .weights, .pt, .safetensors or"
                            + " .npz. Without --model, classify takes the network of the checkpoint or .onnx.",
            label = "CHECKPOINT",
            common = true)
    public Path init;

    @JobOption(
            value = "With --init of another program's file: what layers are called there, as for import --names.",
            label = "FILE.yaml",
            otherwise = "the same names; of .pt, the order and the shapes")
    public Path initNames;

    @JobOption(value = "Weights that are 0 stay 0.", otherwise = "on for what compress --prune made")
    public Boolean keepZeros;

    @JobOption(value = "Do not train layers with such names: 'conv*'.", label = "PATTERN")
    public List<String> freeze = List.of();
}
