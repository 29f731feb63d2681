package org.batchmill.collective;

import java.net.URL;
import java.util.Properties;
import java.util.function.IntConsumer;
import org.batchmill.queues.threads.Undisturbed;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.collective.CollectiveProvider;
import org.batchmill.train.collective.GangAddress;
import org.batchmill.train.engine.LoadFailure;
import org.batchmill.train.engine.TorchBuild;
import org.bytedeco.javacpp.ClassProperties;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/** Forms gangs over Gloo. */
public final class GlooProvider implements CollectiveProvider {

    private static final Undisturbed<String> LOADING = new Undisturbed<>("load-c10d", GlooProvider::load);

    /** The build for CPUs, unless an engine has loaded another: that for GPUs ends the JVM where what it needs is missing. */
    private static String load() {
        Properties ofAll = Loader.loadProperties();
        String before = ofAll.getProperty(TorchBuild.EXTENSION, "");
        ofAll.setProperty(TorchBuild.EXTENSION, TorchBuild.claim(TorchBuild.CPU));
        try {
            Loader.load(openblas.class);
            ClassProperties ofTorch = Loader.loadProperties(torch.class, ofAll, true);
            for (String library : TorchBuild.FIRST) {
                URL[] here = Loader.findLibrary(torch.class, ofTorch, library);
                if (here.length > 0) {
                    Loader.loadLibrary(torch.class, here, library);
                }
            }
            return Loader.load(torch.class);
        } finally {
            ofAll.setProperty(TorchBuild.EXTENSION, before);
        }
    }

    @Override
    public String unavailable() {
        Throwable failure = LOADING.failure();
        return failure == null ? null : LoadFailure.line("libtorch", failure);
    }

    @Override
    public Collective join(GangAddress address, IntConsumer listening) throws InterruptedException {
        return Meeting.of(address, listening);
    }
}
