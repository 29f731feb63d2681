package org.batchmill.engine.onednn;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.NativeFloats;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/** A program on oneDNN: a plan for each purpose and number of rows that comes up, over shared parameters and one shared arena. */
final class OneDnnProgram implements Program {

    private record Key(Purpose purpose, int rows) {}

    private static final StepContext NO_STEP = new StepContext(0, 0, 0);

    private final ProgramSpec spec;
    private final int threads;
    private final int outputSize;
    private final Workers workers;
    private final Parameters parameters;
    private final Update update;
    private final Step step;
    private final Map<Key, CompiledPlan> plans = new HashMap<>();
    private Handles arenaOwner = new Handles();
    private long arena;
    private long arenaBytes = -1;
    private int accumulated;
    private Consumer<Span> spans;

    OneDnnProgram(ProgramSpec spec, int threads) {
        this.spec = spec;
        this.threads = threads;
        this.outputSize = spec.network().output().size();
        this.workers = new Workers(threads);
        this.parameters = new Parameters(spec);
        this.step = new Step(spec.seed(), workers);
        Native.setThreads(threads);
        plan(main(), spec.batchSize());
        this.update = spec.training() ? new Update(spec, parameters, workers) : null;
    }

    private Purpose main() {
        return spec.training() ? Purpose.TRAIN : Purpose.PREDICT;
    }

    /** The plan for a purpose and a number of rows; the first call compiles it. */
    private CompiledPlan plan(Purpose purpose, int rows) {
        Key key = new Key(purpose, rows);
        CompiledPlan known = plans.get(key);
        if (known != null) {
            return known;
        }
        CompiledPlan plan = NetworkCompiler.compile(spec, parameters, purpose, rows, threads);
        plans.put(key, plan);
        parameters.placeGradients();
        if (plan.arenaBytes() > arenaBytes) {
            moveArena(plan.arenaBytes());
        } else {
            plan.bind(arena);
        }
        return plan;
    }

    /** oneDNN allocates it: JavaCPP's limits would count it as part of Java's. */
    private void moveArena(long bytes) {
        arenaOwner.close();
        arenaOwner = new Handles();
        memory.desc layout = arenaOwner.keep(
                new memory.desc(new long[] {Math.max(1, bytes)}, memory.data_type.u8, memory.format_tag.x));
        memory object = arenaOwner.keep(new memory(layout, Native.cpu()));
        try (Pointer start = object.get_data_handle()) {
            arena = start.address();
        }
        arenaBytes = bytes;
        plans.values().forEach(plan -> plan.bind(arena));
    }

    @Override
    public double accumulate(ByteBuffer input, int rows, float[] targets, int totalRows, StepContext context) {
        spec.requireTraining();
        CompiledPlan plan = checked(accumulated == 0 ? Purpose.TRAIN : Purpose.TRAIN_ADDING, input, rows);
        step.targets = spec.targetOf(rows, outputSize, targets);
        step.rows(rows, outputSize);
        step.totalRows = totalRows;
        run(plan, input, context);
        accumulated++;
        return step.loss;
    }

    private void run(CompiledPlan plan, ByteBuffer input, StepContext context) {
        // OpenMP keeps the number by calling thread.
        Native.setThreads(threads);
        step.input = input;
        step.context = context;
        plan.run(step, spans);
        step.input = null;
    }

    @Override
    public double update(StepContext context) {
        spec.requireTraining();
        if (accumulated == 0) {
            throw new UsageException("an update needs accumulated gradients");
        }
        long start = System.nanoTime();
        double norm = update.apply(context);
        step.parametersVersion++;
        accumulated = 0;
        if (spans != null) {
            spans.accept(new Span("optimizer", "update", "update", start, System.nanoTime() - start));
        }
        return norm;
    }

    @Override
    public void lastOutputs(float[] values) {
        System.arraycopy(step.outputs, 0, values, 0, step.outputs.length);
    }

    @Override
    public void predict(ByteBuffer input, int rows, float[] values) {
        CompiledPlan plan = checked(Purpose.PREDICT, input, rows);
        run(plan, input, NO_STEP);
        plan.readOutput(values);
    }

    @Override
    public Map<String, float[]> activations(ByteBuffer input, int rows) {
        CompiledPlan plan = checked(Purpose.OBSERVE, input, rows);
        run(plan, input, NO_STEP);
        return plan.layerOutputs();
    }

    private CompiledPlan checked(Purpose purpose, ByteBuffer input, int rows) {
        spec.requireRows(rows);
        CompiledPlan plan = plan(purpose, rows);
        ProgramSpec.requireInput(rows, input.remaining(), plan.inputBytes());
        return plan;
    }

    @Override
    public ProgramSpec spec() {
        return spec;
    }

    @Override
    public float[] parameter(String name) {
        Parameters.Entry entry = parameters.get(name);
        return parameters.read(entry, entry.value);
    }

    @Override
    public void setParameter(String name, float[] values) {
        Parameters.Entry entry = parameters.get(name);
        parameters.write(entry, entry.value, values);
        step.parametersVersion++;
    }

    @Override
    public float[] gradient(String name) {
        Parameters.Entry entry = parameters.get(name);
        return entry.gradient != null && accumulated > 0
                ? parameters.read(entry, entry.gradient)
                : new float[entry.parameter.size()];
    }

    @Override
    public <X extends Exception> void exchangeGradients(GradientWork<X> work) throws X {
        spec.requireTraining();
        if (accumulated == 0) {
            parameters.clearGradients();
            accumulated = 1;
        }
        work.on(NativeFloats.ofHost(parameters.gradients()));
    }

    @Override
    public String gradientLayout() {
        return parameters.gradientLayout();
    }

    @Override
    public float[] slot(String parameter, String slot) {
        return parameters.read(parameters.get(parameter), parameters.slot(parameter, slot));
    }

    @Override
    public void setSlot(String parameter, String slot, float[] values) {
        parameters.write(parameters.get(parameter), parameters.slot(parameter, slot), values);
    }

    @Override
    public List<String> plan() {
        List<String> lines = new ArrayList<>();
        lines.add("parameters with gradients and slots " + parameters.bytes() + " bytes, " + threads + " threads");
        lines.addAll(plan(main(), spec.batchSize()).lines());
        return lines;
    }

    @Override
    public long peakBytes() {
        long constants =
                plans.values().stream().mapToLong(CompiledPlan::constantBytes).sum();
        return arenaBytes + parameters.bytes() + constants;
    }

    @Override
    public void trace(Consumer<Span> consumer) {
        spans = consumer;
    }

    @Override
    public void close() {
        workers.close();
        plans.values().forEach(CompiledPlan::close);
        plans.clear();
        arenaOwner.close();
        parameters.close();
    }
}
