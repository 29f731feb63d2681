package org.batchmill.engine.torch;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.batchmill.engine.torch.device.Arithmetic;
import org.batchmill.engine.torch.device.Cuda;
import org.batchmill.engine.torch.device.CudaLane;
import org.batchmill.engine.torch.device.DeviceFailure;
import org.batchmill.engine.torch.device.Lane;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.engine.torch.memory.MemoryEstimate;
import org.batchmill.engine.torch.memory.Parameters;
import org.batchmill.engine.torch.plan.InputReader;
import org.batchmill.engine.torch.plan.LossWork;
import org.batchmill.engine.torch.plan.Pass;
import org.batchmill.engine.torch.plan.Update;
import org.batchmill.train.engine.NativeFloats;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.engine.RankStatistics;
import org.batchmill.train.host.EngineProgram;
import org.batchmill.train.host.Handles;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A program on libtorch. What a step makes in passing is freed when it ends; only parameters and the last outputs stay. */
@SuppressWarnings("try") // scopes and guards are there to be closed
final class TorchProgram extends EngineProgram<Tensor, Parameters.Entry> {

    private final int threads;
    private final Handles<Pointer> handles = Natives.handles();
    private final Device device;
    /** Waits for the device; nothing where it is the host. */
    private final Runnable wait;

    private final Arithmetic.Kind arithmetic;
    private final boolean channelsLast;
    private final Parameters parameters;
    private final Layers layers;
    private final InputReader reader;
    /** Whether steps go on beside the caller, and batches are sent ahead of them. */
    private final boolean beside;

    private final LossWork loss;
    private final Update update;
    private Tensor lastOutputs;
    private RankStatistics ranks;
    /** Null for nobody. */
    private GradientWatcher watcher;

    /** @param device libtorch's name of it: on a GPU steps go on beside the caller */
    TorchProgram(ProgramSpec spec, String device, int threads) {
        this(spec, device, threads, !device.equals("cpu"));
    }

    /** @param beside on a CPU, where all is done when a call returns, the same calls in the same order, and so the same numbers */
    TorchProgram(ProgramSpec spec, String device, int threads, boolean beside) {
        super(spec);
        this.beside = beside && spec.training();
        this.threads = threads;
        this.channelsLast = spec.execution().dataFormat() != ProgramSpec.DataFormat.NCHW;
        takeThreads();
        Parameters made = null;
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            this.device = handles.keep(new Device(device));
            this.wait = Cuda.waitFor(this.device);
            this.arithmetic = Arithmetic.of(this.device, spec.execution().precision(), Path.of("/"));
            made = new Parameters(spec, this.device, channelsLast);
            this.parameters = made;
            this.layers = new Layers(spec, parameters, this.device, channelsLast, handles);
            Lane lane = this.device.is_cuda() ? new CudaLane(this.device.index(), handles) : Lane.OF_HOST;
            this.reader = new InputReader(spec, this.device, channelsLast, this.beside ? lane : null, handles);
            this.loss = spec.training() ? new LossWork(spec.loss(), this.device, lane) : null;
            this.update = spec.training() ? new Update(spec, parameters, this.device, handles) : null;
        } catch (RuntimeException | Error e) {
            // A program that was never made is closed by nobody else.
            if (made != null) {
                made.close();
            }
            handles.close();
            throw e;
        }
    }

    /** OpenMP keeps the number by calling thread; setting it throws away what oneDNN's primitives are kept by, so it is set where it differs. */
    private void takeThreads() {
        if (torch.get_num_threads() != threads) {
            torch.set_num_threads(threads);
        }
    }

    private RuntimeException told(RuntimeException failure, int rows) {
        return DeviceFailure.told(failure, spec.execution().device(), rows);
    }

    @Override
    public double accumulate(ByteBuffer input, int rows, float[] targets, int totalRows, StepContext context) {
        return begin(input, rows, targets, totalRows, context).value();
    }

    @Override
    public PendingLoss begin(ByteBuffer input, int rows, float[] targets, int totalRows, StepContext context) {
        spec.requireTraining();
        spec.requireRows(rows);
        float[] rowsTargets = spec.targetOf(rows, outputSize, targets);
        takeThreads();
        try (PointerScope scope = new PointerScope()) {
            Tensor batch = reader.take(input, rows);
            Tensor brought = loss.bring(rowsTargets, rows);
            if (accumulated == 0) {
                startGradients();
            }
            Pass pass =
                    new Pass(device, true, watcher == null && !layers.cuts(spans), rows, spec.seed(), context, ranks);
            Tensor outputs = forward(batch, pass, (layer, output) -> {});
            PendingLoss value = loss.backward(outputs, rowsTargets, brought, totalRows);
            layers.backward(spans, watcher == null ? first -> {} : first -> watcher.finalFrom(gradients(), first));
            keepOutputs(outputs);
            reader.release();
            accumulated++;
            return new ToldLoss(value, rows);
        } catch (RuntimeException e) {
            throw told(e, rows);
        }
    }

    /** Who watches reads them in the one buffer while the pass goes on. */
    private void startGradients() {
        if (watcher == null) {
            parameters.startGradients();
        } else {
            parameters.clearGradients();
        }
    }

    /** A GPU's failure in a pass is told where the loss is read. */
    private final class ToldLoss implements PendingLoss {
        private final PendingLoss loss;
        private final int rows;

        ToldLoss(PendingLoss loss, int rows) {
            this.loss = loss;
            this.rows = rows;
        }

        @Override
        public double value() {
            try {
                return loss.value();
            } catch (RuntimeException e) {
                throw told(e, rows);
            }
        }

        @Override
        public boolean isKnown() {
            return loss.isKnown();
        }
    }

    @Override
    public boolean computesBeside() {
        return beside;
    }

    @Override
    public void stage(ByteBuffer input, int rows) {
        if (beside) {
            spec.requireRows(rows);
            takeThreads();
            try (PointerScope scope = new PointerScope()) {
                reader.stage(input, rows);
            } catch (RuntimeException e) {
                throw told(e, rows);
            }
        }
    }

    private Tensor forward(Tensor batch, Pass pass, BiConsumer<String, Tensor> observer) {
        try (Arithmetic open = arithmetic.open()) {
            return layers.forward(batch, pass, observer, spans);
        }
    }

    private void keepOutputs(Tensor outputs) {
        if (lastOutputs != null) {
            lastOutputs.releaseReference();
        }
        lastOutputs = outputs.detach();
        lastOutputs.retainReference();
    }

    @Override
    protected double apply(StepContext context) {
        takeThreads();
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            return update.apply(context);
        } catch (RuntimeException e) {
            throw told(e, spec.batchSize());
        }
    }

    @Override
    public void lastOutputs(float[] values) {
        try (PointerScope scope = new PointerScope()) {
            Tensors.read(lastOutputs, values);
        } catch (RuntimeException e) {
            throw told(e, spec.batchSize());
        }
    }

    @Override
    public void predict(ByteBuffer input, int rows, float[] values) {
        spec.requireRows(rows);
        takeThreads();
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Pass pass = new Pass(device, false, true, rows, spec.seed(), NO_STEP, null);
            Tensor outputs = forward(reader.read(input, rows), pass, (layer, output) -> {});
            Tensors.read(outputs, values);
        } catch (RuntimeException e) {
            throw told(e, rows);
        }
    }

    @Override
    public Map<String, float[]> activations(ByteBuffer input, int rows) {
        spec.requireRows(rows);
        takeThreads();
        Map<String, float[]> outputs = new LinkedHashMap<>();
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Pass pass = new Pass(device, false, true, rows, spec.seed(), NO_STEP, null);
            forward(reader.read(input, rows), pass, (layer, output) -> outputs.put(layer, Tensors.values(output)));
        } catch (RuntimeException e) {
            throw told(e, rows);
        }
        return outputs;
    }

    @Override
    protected Parameters parameters() {
        return parameters;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very view: tensors have no value to compare here
    protected float[] read(Parameters.Entry entry, Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            if (tensor == entry.gradient) {
                parameters.gradients();
            }
            return Tensors.values(tensor);
        } catch (RuntimeException e) {
            throw told(e, spec.batchSize());
        }
    }

    @Override
    protected void write(Parameters.Entry entry, Tensor tensor, float[] values) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            parameters.write(entry, tensor, values);
        } catch (RuntimeException e) {
            throw told(e, spec.batchSize());
        }
    }

    @Override
    protected void clearGradients() {
        parameters.clearGradients();
    }

    @Override
    protected NativeFloats gradients() {
        return parameters.nativeGradients(spec.execution().device());
    }

    /** Where they are summed in a processor's memory. Passes that are watched go back layer by layer. */
    @Override
    public boolean watchGradients(GradientWatcher its) {
        watcher = its;
        return device.is_cpu();
    }

    @Override
    public void exchangeStatistics(RankStatistics its) {
        spec.requireSyncBatchNorm();
        ranks = its;
    }

    @Override
    public String gradientLayout() {
        return parameters.gradientLayout();
    }

    @Override
    public List<String> plan() {
        List<String> lines = new ArrayList<>();
        lines.add("on " + spec.execution().device() + ", channels " + (channelsLast ? "last" : "first")
                + ", parameters with gradients and slots " + parameters.bytes() + " bytes, a step at least "
                + MemoryEstimate.of(spec) + ", " + threads + " threads");
        lines.addAll(layers.lines());
        if (spec.training()) {
            lines.add("loss: " + spec.loss().getClass().getSimpleName() + loss.where());
        }
        return lines;
    }

    @Override
    public long peakBytes() {
        long least = MemoryEstimate.of(spec);
        return device.is_cuda() ? Math.max(least, Cuda.peakBytes(device.index())) : least;
    }

    @Override
    public void close() {
        try {
            // A batch may be on its way, on a stream whose use of the memory libtorch's allocator does not count.
            wait.run();
        } catch (RuntimeException e) {
            throw told(e, spec.batchSize());
        } finally {
            if (lastOutputs != null) {
                lastOutputs.releaseReference();
                lastOutputs = null;
            }
            parameters.close();
            handles.close();
        }
    }
}
