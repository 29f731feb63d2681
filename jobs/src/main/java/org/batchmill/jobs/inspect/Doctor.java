package org.batchmill.jobs.inspect;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Engines;
import org.batchmill.train.engine.LoadFailure;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.bytedeco.javacpp.Loader;

/** Looks at what Batchmill needs on this machine: the JVM, memory, natives, engines, and a convolution that computes right. Stateless. */
public final class Doctor {

    /** In MiB. The smallest that trainings are tested with is -Xmx256m, of which a collector may keep a part for itself. */
    private static final long SMALLEST_HEAP = 224;

    private Doctor() {}

    /**
     * One thing looked at.
     *
     * @param part what it is
     * @param fine whether it will do
     * @param detail version, size or cause, in one line
     */
    public record Finding(String part, boolean fine, String detail) {}

    /**
     * Looks at everything; a missing part is a finding, not an exception.
     *
     * @param wanted the engine to look at, or {@code auto} for every engine on the class path
     */
    public static List<Finding> examine(String wanted) {
        List<Finding> findings = new ArrayList<>();
        findings.add(java());
        findings.add(memory());
        findings.add(natives("opencv", Doctor::openCv));
        findings.add(natives("ffmpeg", Doctor::ffmpeg));
        List<Engine> engines = Engines.installed().stream()
                .filter(engine -> wanted.equals(Engines.AUTO) || engine.name().equals(wanted))
                .toList();
        List<Finding> ofEngines = engines.stream()
                .map(engine -> natives(engine.name(), () -> ofEngine(engine)))
                .toList();
        // Any one of them will do: auto takes the first that runs.
        boolean enough = wanted.equals(Engines.AUTO) && ofEngines.stream().anyMatch(Finding::fine);
        for (Finding finding : ofEngines) {
            findings.add(
                    finding.fine() || !enough
                            ? finding
                            : new Finding(finding.part(), true, "not used: " + finding.detail()));
        }
        if (engines.isEmpty()) {
            String missing = wanted.equals(Engines.AUTO) ? "nd4j" : wanted;
            findings.add(new Finding("engine", false, "none is installed: lib/engine-" + missing + " is missing"));
        }
        return findings;
    }

    private static Finding java() {
        return new Finding(
                "java",
                Runtime.version().feature() >= 17,
                Runtime.version() + " on " + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                        + Runtime.getRuntime().availableProcessors() + " processors");
    }

    private static Finding memory() {
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        return new Finding(
                "memory",
                heap >= SMALLEST_HEAP,
                "at most " + heap + " MiB of heap; batches and networks lie outside of it");
    }

    /** What a check says, or throws if the part is missing. */
    private interface Check {
        Finding look();
    }

    private static Finding natives(String part, Check check) {
        try {
            return check.look();
        } catch (LinkageError | RuntimeException e) {
            return new Finding(part, false, LoadFailure.line(part, e));
        }
    }

    private static Finding openCv() {
        Loader.load(org.bytedeco.opencv.global.opencv_imgcodecs.class);
        return new Finding(
                "opencv",
                true,
                text(org.bytedeco.opencv.global.opencv_core.getVersionString().getString()));
    }

    /** A text of C++, up to the NUL that its bytes end with. */
    private static String text(String natives) {
        int end = natives.indexOf('\0');
        return end < 0 ? natives : natives.substring(0, end);
    }

    private static Finding ffmpeg() {
        return new Finding(
                "ffmpeg",
                true,
                org.bytedeco.ffmpeg.global.avutil.av_version_info().getString());
    }

    private static Finding ofEngine(Engine engine) {
        String unavailable = engine.unavailable();
        if (unavailable != null) {
            return new Finding(engine.name(), false, unavailable);
        }
        double error = convolutionError(engine);
        return new Finding(
                engine.name(),
                error < 1e-4,
                engine.describe() + String.format(Locale.ROOT, "; a test convolution is off by %.1e", error));
    }

    /** A 3x3 convolution of ones, padded, over an image of ones: each output counts the pixels that its window covers. */
    private static double convolutionError(Engine engine) {
        int side = 8;
        Network network = new Network(
                "doctor",
                new Shape(1, side, side),
                List.of(Layer.Conv2d.square("conv", 1, 3, 1, Padding.same(), false)));
        ByteBuffer input = ByteBuffer.allocateDirect(side * side * Float.BYTES).order(ByteOrder.nativeOrder());
        while (input.hasRemaining()) {
            input.putFloat(1);
        }
        float[] outputs = new float[side * side];
        try (Program program =
                engine.compile(ProgramSpec.inference(network, ProgramSpec.InputFormat.FLOAT32_NCHW, 1))) {
            program.setParameter("conv/weights", new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1});
            program.predict(input.flip(), 1, outputs);
        }
        double worst = 0;
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                worst = Math.max(worst, Math.abs(outputs[y * side + x] - covered(y, side) * covered(x, side)));
            }
        }
        return worst;
    }

    /** How many of three neighbouring pixels lie inside. */
    private static int covered(int at, int side) {
        return at == 0 || at == side - 1 ? 2 : 3;
    }
}
