package org.batchmill.engine.onednn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Parameters;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.CompiledPlan;
import org.batchmill.engine.onednn.plan.Step;
import org.batchmill.engine.onednn.plan.WinogradCosts;
import org.batchmill.train.engine.NativeFloats;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.engine.RankStatistics;
import org.batchmill.train.host.EngineProgram;
import org.batchmill.train.host.Handles;
import org.batchmill.train.host.Purpose;
import org.batchmill.train.host.Update;
import org.batchmill.train.host.Workers;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/** A program on oneDNN: a plan for each purpose and number of rows that comes up, over shared parameters and one shared arena. */
final class OneDnnProgram extends EngineProgram<Tensor, Parameters.Entry> {

    private record Key(Purpose purpose, int rows) {}

    private final int threads;
    private final WinogradCosts costs;
    private final Workers workers;
    private final Parameters parameters;
    private final Update update;
    private final Step step;
    private final Map<Key, CompiledPlan> plans = new HashMap<>();
    private Handles<Pointer> arenaOwner = Natives.handles();
    private long arena;
    private long arenaBytes = -1;

    OneDnnProgram(ProgramSpec spec, int threads, WinogradCosts costs) {
        super(spec);
        this.threads = threads;
        this.costs = costs;
        this.workers = new Workers("onednn-host", threads);
        Parameters made = null;
        try {
            made = new Parameters(spec);
            this.parameters = made;
            this.step = new Step(spec.seed(), workers);
            Natives.setThreads(threads);
            plan(main(), spec.batchSize());
            this.update = spec.training() ? new Update(spec, targets(), workers) : null;
        } catch (RuntimeException | Error e) {
            // A program that was never made is closed by nobody else.
            release(made);
            throw e;
        }
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
        CompiledPlan plan = NetworkCompiler.compile(spec, parameters, purpose, rows, threads, costs);
        plans.put(key, plan);
        parameters.placeGradients();
        plan.findFinalGradients(parameters);
        if (plan.arenaBytes() > arenaBytes) {
            moveArena(plan.arenaBytes(), rows);
        } else {
            plan.bind(arena);
        }
        return plan;
    }

    /** oneDNN allocates it: JavaCPP's limits would count it as part of Java's. */
    private void moveArena(long bytes, int rows) {
        arenaOwner.close();
        arenaOwner = Natives.handles();
        memory.desc layout = arenaOwner.keep(
                new memory.desc(new long[] {Math.max(1, bytes)}, memory.data_type.u8, memory.format_tag.x));
        memory object;
        try {
            object = arenaOwner.keep(new memory(layout, Natives.cpu()));
        } catch (RuntimeException e) {
            // They know the memory that was just given back.
            plans.values().forEach(CompiledPlan::close);
            plans.clear();
            arenaBytes = -1;
            throw new UncheckedIOException(new IOException(
                    String.format(
                            Locale.ROOT,
                            "cpu has not enough memory for %d rows at a time (%d MiB were wanted): take a smaller --batch or more"
                                    + " --subdivisions",
                            rows,
                            bytes >> 20),
                    e));
        }
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
        Natives.setThreads(threads);
        step.input = input;
        step.context = context;
        plan.run(step, spans);
        step.input = null;
    }

    private List<Update.Target> targets() {
        return parameters.trained().stream()
                .map(entry -> Update.Target.of(entry, Parameters::floats))
                .toList();
    }

    @Override
    protected double apply(StepContext context) {
        return update.apply(context);
    }

    @Override
    protected void parametersChanged() {
        step.parametersVersion++;
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
    protected Parameters parameters() {
        return parameters;
    }

    @Override
    protected float[] read(Parameters.Entry entry, Tensor tensor) {
        return parameters.read(entry, tensor);
    }

    @Override
    protected void write(Parameters.Entry entry, Tensor tensor, float[] values) {
        parameters.write(entry, tensor, values);
    }

    @Override
    protected void clearGradients() {
        parameters.clearGradients();
    }

    @Override
    protected NativeFloats gradients() {
        return NativeFloats.ofHost(parameters.gradients());
    }

    @Override
    public boolean watchGradients(GradientWatcher watcher) {
        step.finalFrom = watcher == null ? null : first -> watcher.finalFrom(gradients(), first);
        return true;
    }

    @Override
    public void exchangeStatistics(RankStatistics ranks) {
        spec.requireSyncBatchNorm();
        step.ranks = ranks;
    }

    @Override
    public String gradientLayout() {
        return parameters.gradientLayout();
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
    public void close() {
        release(parameters);
    }

    /** @param its null for none */
    private void release(Parameters its) {
        workers.close();
        plans.values().forEach(CompiledPlan::close);
        plans.clear();
        arenaOwner.close();
        if (its != null) {
            its.close();
        }
    }
}
