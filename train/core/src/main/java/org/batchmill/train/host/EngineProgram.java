package org.batchmill.train.host;

import java.util.function.Consumer;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.NativeFloats;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;

/**
 * A program's small methods, which are the same in every engine: arrays by name, gradients that are counted, spans.
 *
 * @param <T> the engine's arrays
 * @param <E> its parameters
 */
public abstract class EngineProgram<T, E extends ParameterEntry<T>> implements Program {

    /** The context of a prediction. */
    protected static final StepContext NO_STEP = new StepContext(0, 0, 0);

    protected final ProgramSpec spec;
    /** Values of a row's output. */
    protected final int outputSize;
    /** Told the time of each operation; null for nobody. */
    protected Consumer<Span> spans;
    /** Batches whose gradients are summed up and wait for an update. */
    protected int accumulated;

    protected EngineProgram(ProgramSpec spec) {
        this.spec = spec;
        this.outputSize = spec.network().output().size();
    }

    protected abstract ParameterTable<T, E> parameters();

    /** A copy of an array of a parameter, in the canonical layout. */
    protected abstract float[] read(E entry, T array);

    /** Takes values in the canonical layout, as many as the parameter has. */
    protected abstract void write(E entry, T array, float[] values);

    /** Updates every trained parameter; returns the global norm of the gradients before clipping. */
    protected abstract double apply(StepContext context);

    /** Sets all gradients to 0. */
    protected abstract void clearGradients();

    /** The gradients of all parameters, to be worked on where they are or else in a copy. */
    protected abstract NativeFloats gradients();

    /** Called when {@link #gradients()} were worked on: who gave a copy takes it back. */
    protected void gradientsExchanged() {}

    /** Called when a parameter has other values. */
    protected void parametersChanged() {}

    @Override
    public final ProgramSpec spec() {
        return spec;
    }

    @Override
    public final void trace(Consumer<Span> consumer) {
        spans = consumer;
    }

    @Override
    public final double update(StepContext context) {
        spec.requireTraining();
        if (accumulated == 0) {
            throw new UsageException("an update needs accumulated gradients");
        }
        long start = System.nanoTime();
        double norm = apply(context);
        parametersChanged();
        accumulated = 0;
        if (spans != null) {
            spans.accept(new Span("optimizer", "update", "update", start, System.nanoTime() - start));
        }
        return norm;
    }

    @Override
    public final float[] parameter(String name) {
        E entry = parameters().get(name);
        return read(entry, entry.value);
    }

    @Override
    public final void setParameter(String name, float[] values) {
        E entry = parameters().get(name);
        set(entry, entry.value, name, values);
        parametersChanged();
    }

    @Override
    public final float[] gradient(String name) {
        E entry = parameters().get(name);
        return entry.trained && accumulated > 0 ? read(entry, entry.gradient) : new float[entry.parameter.size()];
    }

    @Override
    public final float[] slot(String parameter, String slot) {
        return read(parameters().get(parameter), parameters().slot(parameter, slot));
    }

    @Override
    public final void setSlot(String parameter, String slot, float[] values) {
        set(parameters().get(parameter), parameters().slot(parameter, slot), parameter + " " + slot, values);
    }

    private void set(E entry, T array, String name, float[] values) {
        if (values.length != entry.parameter.size()) {
            throw new UsageException(name + " has " + entry.parameter.size() + " values, not " + values.length);
        }
        write(entry, array, values);
    }

    @Override
    public final <X extends Exception> void exchangeGradients(GradientWork<X> work) throws X {
        spec.requireTraining();
        if (accumulated == 0) {
            clearGradients();
            accumulated = 1;
        }
        work.on(gradients());
        gradientsExchanged();
    }
}
