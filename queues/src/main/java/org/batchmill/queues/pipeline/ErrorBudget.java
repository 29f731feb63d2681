package org.batchmill.queues.pipeline;

import java.util.function.Predicate;

/** Applies the error policy to bad elements, in their order. Guarded by the lock of its {@link AssemblyLine}. */
final class ErrorBudget {

    private final ErrorPolicy policy;
    private final Predicate<? super Exception> skippable;
    private final PipelineListener listener;
    private long skipped;

    ErrorBudget(PipelineSettings<?, ?, ?> settings, long skippedBefore) {
        this.policy = settings.errors();
        this.skippable = settings.skippable();
        this.listener = settings.listener();
        this.skipped = skippedBefore;
    }

    /** How many elements were left out, in restored parts too. */
    long skipped() {
        return skipped;
    }

    /** Leaves an element out and tells the listener, or returns the exception that ends the run. */
    PipelineException leaveOut(String name, Draw draw, Exception cause) {
        if (policy.mode() == ErrorPolicy.Mode.FAIL || !skippable.test(cause)) {
            return PipelineException.badElement(name, cause, "");
        }
        if (skipped >= policy.budget()) {
            String left =
                    skipped + " bad elements were left out before, and no more than " + policy.budget() + " may be";
            return PipelineException.badElement(name, cause, " (" + left + ")");
        }
        skipped++;
        listener.skipped(name, draw, cause, policy.mode() == ErrorPolicy.Mode.QUARANTINE);
        return null;
    }
}
