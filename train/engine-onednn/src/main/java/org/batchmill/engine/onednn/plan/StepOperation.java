package org.batchmill.engine.onednn.plan;

import org.batchmill.train.host.plan.Operation;

/** An operation that can be run once its memory is known. */
interface StepOperation extends Operation {

    /** Looks up the memory of its tensors; called again whenever the arena moves. */
    void bind(long arena);

    void run(Step step);
}
