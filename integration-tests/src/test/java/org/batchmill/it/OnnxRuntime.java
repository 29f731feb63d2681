package org.batchmill.it;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** ONNX files as ONNX Runtime runs them. */
final class OnnxRuntime {

    private OnnxRuntime() {}

    /** As the file says it: release 1.20 fuses padding into averages that do not count it. */
    private static OrtSession.SessionOptions plain() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
        return options;
    }

    /** The first output of a model with one input. */
    static float[] run(Path file, float[] values, long... shape) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = plain();
                OrtSession session = environment.createSession(file.toString(), options);
                OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
                OrtSession.Result result =
                        session.run(Map.of(session.getInputNames().iterator().next(), input))) {
            FloatBuffer outputs = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] all = new float[outputs.remaining()];
            outputs.get(all);
            return all;
        }
    }
}
