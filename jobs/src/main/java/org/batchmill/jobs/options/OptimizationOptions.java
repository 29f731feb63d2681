package org.batchmill.jobs.options;

import java.nio.file.Path;
import java.util.List;

/** How the network learns. What is null is the model's and the recipe's own. Not thread-safe while it is being filled in. */
public final class OptimizationOptions {

    private String model;
    private String recipe;
    private Integer epochs;
    private Long steps;
    private int subdivisions = 1;
    private String optimizer;
    private Double lr;
    private String schedule;
    private Integer warmup;
    private Float l1;
    private Float l2;
    private Float clipNorm;
    private Float clipValue;
    private List<String> layerRates = List.of();
    private Double hardExamples;
    private Float ema;
    private Integer patience;
    private int rollback = 0;
    private Path init;
    private Boolean keepZeros;
    private List<String> freeze = List.of();

    /** The model's name or a darknet .cfg file. */
    public String model() {
        return model;
    }

    public OptimizationOptions model(String value) {
        model = value;
        return this;
    }

    /** {@code darknet} or {@code modern}; null for the plain defaults of the task. */
    public String recipe() {
        return recipe;
    }

    public OptimizationOptions recipe(String value) {
        recipe = value;
        return this;
    }

    /** Passes over the data. */
    public Integer epochs() {
        return epochs;
    }

    public OptimizationOptions epochs(Integer value) {
        epochs = value;
        return this;
    }

    /** Updates, instead of epochs. */
    public Long steps() {
        return steps;
    }

    public OptimizationOptions steps(Long value) {
        steps = value;
        return this;
    }

    /** Parts of a batch whose gradients are added up before an update, to save memory. */
    public int subdivisions() {
        return subdivisions;
    }

    public OptimizationOptions subdivisions(int value) {
        subdivisions = value;
        return this;
    }

    /** {@code sgd}, {@code momentum:M}, {@code nesterov:M}, {@code adagrad}, {@code adadelta}, {@code rmsprop}, {@code adam}, {@code adamw:DECAY}. */
    public String optimizer() {
        return optimizer;
    }

    public OptimizationOptions optimizer(String value) {
        optimizer = value;
        return this;
    }

    /** The learning rate that the schedule starts from. */
    public Double lr() {
        return lr;
    }

    public OptimizationOptions lr(Double value) {
        lr = value;
        return this;
    }

    /** {@code constant}, {@code cosine}, {@code steps:N,N..@F,F..}, {@code exponential:FACTOR,EVERY}, {@code polynomial:POWER}, {@code plateau:PATIENCE}. */
    public String schedule() {
        return schedule;
    }

    public OptimizationOptions schedule(String value) {
        schedule = value;
        return this;
    }

    /** Updates over which the rate rises linearly at the start. */
    public Integer warmup() {
        return warmup;
    }

    public OptimizationOptions warmup(Integer value) {
        warmup = value;
        return this;
    }

    /** Coefficient of the sum of absolute weights. */
    public Float l1() {
        return l1;
    }

    public OptimizationOptions l1(Float value) {
        l1 = value;
        return this;
    }

    /** Coefficient of half the sum of squared weights: darknet's decay. */
    public Float l2() {
        return l2;
    }

    public OptimizationOptions l2(Float value) {
        l2 = value;
        return this;
    }

    /** The largest global norm of the gradients; 0 for no bound. */
    public Float clipNorm() {
        return clipNorm;
    }

    public OptimizationOptions clipNorm(Float value) {
        clipNorm = value;
        return this;
    }

    /** Gradients are clipped to plus or minus this, before their norm; 0 for never. */
    public Float clipValue() {
        return clipValue;
    }

    public OptimizationOptions clipValue(Float value) {
        clipValue = value;
        return this;
    }

    /** Multipliers of the learning rate by globs over layer names, the first that fits counts: {@code conv*=0.1}. */
    public List<String> layerRates() {
        return layerRates;
    }

    public OptimizationOptions layerRates(List<String> value) {
        layerRates = value;
        return this;
    }

    /** The share of each batch that is learnt, drawn in favour of rows with a large loss; null for all. */
    public Double hardExamples() {
        return hardExamples;
    }

    public OptimizationOptions hardExamples(Double value) {
        hardExamples = value;
        return this;
    }

    /** The share of the old value that a moving average of the weights keeps at each update; 0 for no average. */
    public Float ema() {
        return ema;
    }

    public OptimizationOptions ema(Float value) {
        ema = value;
        return this;
    }

    /** Evaluations without improvement after which training stops; 0 for never. */
    public Integer patience() {
        return patience;
    }

    public OptimizationOptions patience(Integer value) {
        patience = value;
        return this;
    }

    /** How often the run may go back to its last checkpoint, with half the rate, when a number is not finite; 0 for never. */
    public int rollback() {
        return rollback;
    }

    public OptimizationOptions rollback(int value) {
        rollback = value;
        return this;
    }

    /** A checkpoint that the parameters start from, by name. */
    public Path init() {
        return init;
    }

    public OptimizationOptions init(Path value) {
        init = value;
        return this;
    }

    /** Whether weights that are 0 stay 0; null for what the checkpoint of {@link #init()} says of itself. */
    public Boolean keepZeros() {
        return keepZeros;
    }

    public OptimizationOptions keepZeros(Boolean value) {
        keepZeros = value;
        return this;
    }

    /** Globs over layer names that are not trained. */
    public List<String> freeze() {
        return freeze;
    }

    public OptimizationOptions freeze(List<String> value) {
        freeze = value;
        return this;
    }
}
