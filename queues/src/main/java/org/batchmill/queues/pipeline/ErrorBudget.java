package org.batchmill.queues.pipeline;

import java.util.Set;
import java.util.function.Predicate;

/** Applies the error policy to bad elements, in their order. Guarded by the lock of its {@link AssemblyLine}. */
final class ErrorBudget {

    private final ErrorPolicy policy;
    private final Predicate<? super Exception> skippable;
    private final PipelineListener listener;
    private final Set<Long> known;
    private LeftOut leftOut;

    ErrorBudget(PipelineSettings<?, ?, ?> settings, LeftOut before) {
        this.policy = settings.bad().policy();
        this.skippable = settings.bad().skippable();
        this.listener = settings.listener();
        this.leftOut = before;
        this.known = before.set();
    }

    /** Which elements were left out, in restored parts too. */
    LeftOut leftOut() {
        return leftOut;
    }

    /**
     * Leaves an element out, or returns the exception that ends the run. The listener is told, and the budget charged, when it is met
     * first: each epoch meets it again.
     */
    PipelineException leaveOut(String name, Draw draw, Exception cause) {
        if (!policy.skips() || !skippable.test(cause)) {
            return PipelineException.badElement(name, cause, "");
        }
        long hash = LeftOut.hash(name);
        if (known.contains(hash)) {
            return null;
        }
        if (leftOut.size() >= policy.budget()) {
            String left = leftOut.size() + " bad elements were left out before, and no more than " + policy.budget()
                    + " may be";
            return PipelineException.badElement(name, cause, " (" + left + ")");
        }
        known.add(hash);
        leftOut = leftOut.with(name);
        listener.onSkipped(name, draw, cause);
        return null;
    }
}
