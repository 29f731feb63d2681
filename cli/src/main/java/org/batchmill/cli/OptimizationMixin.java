package org.batchmill.cli;

import java.nio.file.Path;
import java.util.List;
import org.batchmill.jobs.options.OptimizationOptions;
import picocli.CommandLine.Option;

/** The options that say how the network learns. What is not given is the recipe's or the task's own. */
final class OptimizationMixin {

    @Option(names = "--model", paramLabel = "NAME", description = "A model's name, or a darknet .cfg file.")
    String model;

    @Option(
            names = "--recipe",
            paramLabel = "R",
            description = "yolo: darknet or modern; steering: simulator (default) or camera.")
    String recipe;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data.")
    Integer epochs;

    @Option(names = "--steps", paramLabel = "N", description = "Updates, instead of epochs.")
    Long steps;

    @Option(
            names = "--subdivisions",
            paramLabel = "N",
            defaultValue = "1",
            description = "Parts that a batch is computed in.")
    int subdivisions;

    @Option(
            names = "--optimizer",
            paramLabel = "O",
            description = "sgd, momentum:M, nesterov:M, adagrad, adadelta, rmsprop, adam, adamw:DECAY.")
    String optimizer;

    @Option(names = "--lr", paramLabel = "RATE", description = "The learning rate that the schedule starts from.")
    Double lr;

    @Option(
            names = "--schedule",
            paramLabel = "S",
            description =
                    "constant, cosine, steps:N,N@F,F, exponential:FACTOR,EVERY, polynomial:POWER, plateau:PATIENCE.")
    String schedule;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description = "Updates over which the rate rises at the start; with darknet's fourth power in its recipe.")
    Integer warmup;

    @Option(names = "--l1", paramLabel = "X", description = "Coefficient of the sum of absolute weights.")
    Float l1;

    @Option(
            names = "--l2",
            paramLabel = "X",
            description = "Coefficient of half the sum of squared weights (darknet's decay).")
    Float l2;

    @Option(names = "--clip-norm", paramLabel = "X", description = "The largest global norm of the gradients.")
    Float clipNorm;

    @Option(
            names = "--clip-value",
            paramLabel = "X",
            description = "The largest size of each gradient, before the norm.")
    Float clipValue;

    @Option(
            names = "--layer-rates",
            paramLabel = "PATTERN=X",
            split = ",",
            description = "Multiply the learning rate of layers with such names: 'conv*=0.1'.")
    List<String> layerRates = List.of();

    @Option(
            names = "--hard-examples",
            paramLabel = "SHARE",
            description = "Learn this share of each batch, drawn in favour of samples with a large loss: .5.")
    Double hardExamples;

    @Option(
            names = "--ema",
            paramLabel = "X",
            description = "Keep a moving average of the weights, this share of the old each step.")
    Float ema;

    @Option(names = "--patience", paramLabel = "N", description = "Stop after so many evaluations without improvement.")
    Integer patience;

    @Option(
            names = "--rollback",
            paramLabel = "N",
            description =
                    "Go back to the last checkpoint, with half the rate, up to so often when a number is not finite.")
    int rollback;

    @Option(
            names = "--init",
            paramLabel = "CHECKPOINT",
            description = "Start from the parameters of a checkpoint, by name.")
    Path init;

    @Option(
            names = "--keep-zeros",
            negatable = true,
            description = "Weights that are 0 stay 0: the default for what compress --prune made.")
    Boolean keepZeros;

    @Option(
            names = "--freeze",
            paramLabel = "PATTERN",
            split = ",",
            description = "Do not train layers with such names: 'conv*'.")
    List<String> freeze = List.of();

    OptimizationOptions options() {
        return new OptimizationOptions()
                .model(model)
                .recipe(recipe)
                .epochs(epochs)
                .steps(steps)
                .subdivisions(subdivisions)
                .optimizer(optimizer)
                .lr(lr)
                .schedule(schedule)
                .warmup(warmup)
                .l1(l1)
                .l2(l2)
                .clipNorm(clipNorm)
                .clipValue(clipValue)
                .layerRates(layerRates)
                .hardExamples(hardExamples)
                .ema(ema)
                .patience(patience)
                .rollback(rollback)
                .init(init)
                .keepZeros(keepZeros)
                .freeze(freeze);
    }
}
