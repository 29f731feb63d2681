package org.batchmill.collective;

import org.batchmill.queues.threads.Undisturbed;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.collective.CollectiveProvider;
import org.batchmill.train.collective.GangAddress;
import org.batchmill.train.engine.LoadFailure;
import org.bytedeco.javacpp.Loader;

/** Forms gangs over Gloo. */
public final class GlooProvider implements CollectiveProvider {

    private static final Undisturbed<String> LOADING =
            new Undisturbed<>("load-c10d", () -> Loader.load(org.bytedeco.pytorch.global.torch.class));

    @Override
    public String unavailable() {
        Throwable failure = LOADING.failure();
        return failure == null ? null : LoadFailure.line("libtorch", failure);
    }

    @Override
    public Collective join(GangAddress address) {
        return Meeting.of(address);
    }
}
