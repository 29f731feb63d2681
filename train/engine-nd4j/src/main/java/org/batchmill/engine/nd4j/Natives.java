package org.batchmill.engine.nd4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.batchmill.queues.threads.Undisturbed;
import org.batchmill.train.engine.LoadFailure;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** ND4J's native library: loaded once, on the first question. */
final class Natives {

    private Natives() {}

    /** Its result says why the backend that was loaded will not do; null if it will. */
    private static final Undisturbed<String> LOADING = new Undisturbed<>("load-nd4j", Natives::load);

    private static String load() {
        Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
        // Memory is freed by close(); collections on a timer would only stop the program.
        Nd4j.getMemoryManager().togglePeriodicGc(false);
        boolean cuda = Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.CUDA;
        return cuda ? "its Java operations work on host memory, and ND4J's build for CUDA is on the class path" : null;
    }

    /** Why the natives do not load, in one line; null if they do. */
    static String failure() {
        return LOADING.failure() == null ? LOADING.result() : LoadFailure.line("ND4J", LOADING.failure());
    }

    static String description() {
        Properties environment = Nd4j.getExecutioner().getEnvironmentInformation();
        String extension = System.getProperty("org.bytedeco.javacpp.platform.extension", "");
        return "ND4J " + version() + " " + environment.getProperty("backend")
                + ", build " + (extension.isEmpty() ? "without oneDNN" : extension.substring(1)) + ", "
                + environment.get("blas.vendor");
    }

    /** From what Maven left in the jar of the natives' Java side: its manifest names no version. */
    private static String version() {
        Properties maven = new Properties();
        try (InputStream in = Nd4j.class.getResourceAsStream("/META-INF/maven/org.nd4j/nd4j-native/pom.properties")) {
            if (in != null) {
                maven.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return maven.getProperty("version", "of an unknown version");
    }

    static void setThreads(int threads) {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
    }
}
