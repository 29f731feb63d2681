package org.batchmill.train.reference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.batchmill.train.engine.NativeFloats;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.ReferenceOptimizer;

/** A network that runs. Parameters and slots are floats, so that a checkpoint holds them whole. */
final class JavaProgram implements Program {

    private final ProgramSpec spec;
    private final Parameters parameters;
    private final Graph graph;
    private final Map<String, Map<String, float[]>> slots = new LinkedHashMap<>();
    private float[] lastOutputs = new float[0];

    JavaProgram(ProgramSpec spec) {
        this.spec = spec;
        Network network = spec.network();
        this.parameters = new Parameters(network.parameters(), spec.seed(), layer -> spec.rate(layer) == 0);
        this.graph = new Graph(network, parameters);
        if (spec.training()) {
            for (Parameter parameter : network.parameters()) {
                slots.put(parameter.name(), ReferenceOptimizer.slots(spec.optimizer(), parameter.size()));
            }
        }
    }

    @Override
    public double accumulate(ByteBuffer input, int rows, float[] targets, int totalRows, StepContext context) {
        JavaLayer.Pass pass = new JavaLayer.Pass(true, spec.seed(), context, rows);
        float[] outputs = floats(graph.forward(read(input, rows), rows, pass));
        float[] gradient = new float[outputs.length];
        double loss = spec.loss().evaluate(outputs, targets, rows, totalRows, gradient);
        graph.backward(doubles(gradient));
        lastOutputs = outputs;
        return loss;
    }

    @Override
    public double update(StepContext context) {
        double sum = 0;
        for (Parameter parameter : trained()) {
            for (double g : parameters.gradient(parameter.name())) {
                sum += g * g;
            }
        }
        double norm = Math.sqrt(sum);
        double scale = clippingScale();
        for (Parameter parameter : trained()) {
            apply(parameter, scale, context);
        }
        for (String name : parameters.declared.keySet()) {
            Arrays.fill(parameters.gradient(name), 0);
        }
        return norm;
    }

    private List<Parameter> trained() {
        return parameters.declared.values().stream()
                .filter(parameter -> parameter.trainable() && rate(parameter) != 0)
                .toList();
    }

    private float rate(Parameter parameter) {
        return spec.rate(parameter.layer());
    }

    private double clipped(double gradient) {
        return spec.learning().clipping().value() > 0
                ? Math.max(
                        -spec.learning().clipping().value(),
                        Math.min(spec.learning().clipping().value(), gradient))
                : gradient;
    }

    private double clippingScale() {
        if (spec.learning().clipping().norm() == 0) {
            return 1;
        }
        double sum = 0;
        for (Parameter parameter : trained()) {
            for (double g : parameters.gradient(parameter.name())) {
                sum += clipped(g) * clipped(g);
            }
        }
        return Math.min(1, spec.learning().clipping().norm() / Math.sqrt(sum));
    }

    private void apply(Parameter parameter, double scale, StepContext context) {
        float[] values = parameters.values(parameter.name());
        double[] raw = parameters.gradient(parameter.name());
        boolean decayed = parameter.role() == Parameter.Role.WEIGHTS;
        float[] gradient = new float[raw.length];
        for (int i = 0; i < raw.length; i++) {
            double decay = decayed
                    ? spec.learning().decay().l1() * Math.signum(values[i])
                            + spec.learning().decay().l2() * values[i]
                    : 0;
            gradient[i] = (float) (clipped(raw[i]) * scale + decay);
        }
        ReferenceOptimizer.update(
                spec.optimizer(),
                values,
                gradient,
                slots.get(parameter.name()),
                context.step() + 1,
                context.learningRate() * rate(parameter),
                decayed);
    }

    @Override
    public void lastOutputs(float[] outputs) {
        System.arraycopy(lastOutputs, 0, outputs, 0, lastOutputs.length);
    }

    @Override
    public void predict(ByteBuffer input, int rows, float[] outputs) {
        float[] result = floats(graph.forward(read(input, rows), rows, inference(rows)));
        System.arraycopy(result, 0, outputs, 0, result.length);
    }

    private JavaLayer.Pass inference(int rows) {
        return new JavaLayer.Pass(false, spec.seed(), new StepContext(0, 0, 0), rows);
    }

    @Override
    public Map<String, float[]> activations(ByteBuffer input, int rows) {
        Map<String, float[]> outputs = new LinkedHashMap<>();
        graph.onOutput((name, values) -> outputs.put(name, floats(values)));
        try {
            graph.forward(read(input, rows), rows, inference(rows));
        } finally {
            graph.onOutput((name, values) -> {});
        }
        return outputs;
    }

    /** To [row][time][channels][height][width]. */
    private double[] read(ByteBuffer input, int rows) {
        Shape shape = spec.network().input();
        int frames = rows * spec.network().timeSteps();
        double[] values = new double[frames * shape.size()];
        ByteBuffer bytes = input.duplicate().order(ByteOrder.nativeOrder());
        int area = shape.height() * shape.width();
        for (int i = 0; i < values.length; i++) {
            double value =
                    spec.inputFormat() == ProgramSpec.InputFormat.UINT8_NHWC ? bytes.get() & 0xff : bytes.getFloat();
            if (spec.inputFormat() == ProgramSpec.InputFormat.FLOAT32_NCHW) {
                values[i] = value;
            } else {
                int frame = i / shape.size();
                int place = i % shape.size() / shape.channels();
                int channel = i % shape.channels();
                values[frame * shape.size() + channel * area + place] = value;
            }
        }
        return values;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    @Override
    public ProgramSpec spec() {
        return spec;
    }

    @Override
    public float[] parameter(String name) {
        return parameters.values(name).clone();
    }

    @Override
    public void setParameter(String name, float[] values) {
        System.arraycopy(values, 0, parameters.values(name), 0, parameters.values(name).length);
    }

    @Override
    public float[] gradient(String name) {
        return floats(parameters.gradient(name));
    }

    @Override
    public <X extends Exception> void exchangeGradients(GradientWork<X> work) throws X {
        int count = trained().stream().mapToInt(Parameter::size).sum();
        FloatBuffer block = ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (Parameter parameter : trained()) {
            block.put(gradient(parameter.name()));
        }
        work.on(NativeFloats.ofHost(block.flip()));
        int at = 0;
        for (Parameter parameter : trained()) {
            double[] gradient = parameters.gradient(parameter.name());
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = block.get(at++);
            }
        }
    }

    /** Everything is final when a pass returns, and nothing before. */
    @Override
    public boolean watchGradients(GradientWatcher watcher) {
        return true;
    }

    @Override
    public String gradientLayout() {
        return trained().stream().map(Parameter::toString).collect(Collectors.joining(", "));
    }

    @Override
    public float[] slot(String parameter, String slot) {
        return slots.get(parameter).get(slot).clone();
    }

    @Override
    public void setSlot(String parameter, String slot, float[] values) {
        slots.get(parameter).put(slot, values.clone());
    }

    @Override
    public List<String> plan() {
        return spec.network().layers().stream().map(Object::toString).toList();
    }

    @Override
    public long peakBytes() {
        return -1;
    }

    @Override
    public void trace(Consumer<Span> spans) {
        graph.trace(spans == null ? span -> {} : spans);
    }

    @Override
    public void close() {}
}
