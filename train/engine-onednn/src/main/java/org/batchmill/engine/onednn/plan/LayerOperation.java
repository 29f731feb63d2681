package org.batchmill.engine.onednn.plan;

/** What all operations of a plan have in common: what they tell about themselves, and whether they need to run. */
public abstract class LayerOperation implements StepOperation {

    private final String layer;
    private final Pass pass;
    private final String description;
    private final boolean onlyForNewParameters;
    private long doneForVersion;

    /** An operation of every run. */
    public LayerOperation(String layer, Pass pass, String description) {
        this(layer, pass, description, false);
    }

    /**
     * @param onlyForNewParameters runs only when parameters have changed since it ran last; its results lie outside the arena
     */
    public LayerOperation(String layer, Pass pass, String description, boolean onlyForNewParameters) {
        this.layer = layer;
        this.pass = pass;
        this.description = description;
        this.onlyForNewParameters = onlyForNewParameters;
    }

    /** Runs it, where it needs to. */
    protected abstract void execute(Step step);

    @Override
    public final void run(Step step) {
        if (onlyForNewParameters && doneForVersion == step.parametersVersion) {
            return;
        }
        execute(step);
        doneForVersion = step.parametersVersion;
    }

    @Override
    public final String layer() {
        return layer;
    }

    @Override
    public final Pass pass() {
        return pass;
    }

    @Override
    public final String describe() {
        return description;
    }
}
