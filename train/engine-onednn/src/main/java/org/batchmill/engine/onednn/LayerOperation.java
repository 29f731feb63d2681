package org.batchmill.engine.onednn;

/** What all operations of a plan can tell about themselves. */
abstract class LayerOperation implements StepOperation {

    private final String layer;
    private final Pass pass;
    private final String description;

    LayerOperation(String layer, Pass pass, String description) {
        this.layer = layer;
        this.pass = pass;
        this.description = description;
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
