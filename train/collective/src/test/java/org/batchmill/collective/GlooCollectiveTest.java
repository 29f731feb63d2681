package org.batchmill.collective;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.collective.CollectiveContractTest;
import org.batchmill.train.collective.CollectiveProvider;
import org.batchmill.train.collective.GangAddress;
import org.batchmill.train.collective.ThreadGang;

class GlooCollectiveTest extends CollectiveContractTest {

    @Override
    protected <T> List<Callable<T>> run(int size, ThreadGang.Work<T> work) throws Exception {
        CompletableFuture<Integer> listening = new CompletableFuture<>();
        return ThreadGang.run(size, thread -> {
            int port = thread.rank() == 0 ? 0 : listening.get();
            try (Collective collective = CollectiveProvider.installed()
                    .join(
                            new GangAddress(thread.rank(), size, "127.0.0.1", port, Duration.ofMinutes(5)),
                            listening::complete)) {
                return work.on(collective);
            }
        });
    }
}
