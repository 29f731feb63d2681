package org.batchmill.engine.torch;

import java.io.IOException;
import org.batchmill.queues.threads.Undisturbed;
import org.batchmill.train.engine.LoadFailure;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** libtorch: loaded once, on the first question. Thread-safe. */
final class Natives {

    private static final Undisturbed<Boolean> LOADING = new Undisturbed<>("load-torch", Natives::load);

    private Natives() {}

    private static Boolean load() {
        Loader.load(torch.class);
        return true;
    }

    /** Why the natives do not load, in one line; null if they do. */
    static String failure() {
        Throwable failure = LOADING.failure();
        return failure == null ? null : LoadFailure.line("libtorch", failure);
    }

    static String description() {
        return "libtorch " + version() + ", " + torch.get_cpu_capability().getString();
    }

    /** Without the version of the JNI behind it. */
    private static String version() {
        try {
            return Loader.getVersion("org.bytedeco", "pytorch").replaceFirst("-.*", "");
        } catch (IOException e) {
            return "of a version that its jar does not tell";
        }
    }
}
