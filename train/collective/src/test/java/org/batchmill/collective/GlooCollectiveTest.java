package org.batchmill.collective;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.collective.CollectiveContractTest;
import org.batchmill.train.collective.CollectiveProvider;
import org.batchmill.train.collective.GangAddress;
import org.batchmill.train.collective.ThreadGang;

class GlooCollectiveTest extends CollectiveContractTest {

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    protected <T> List<Callable<T>> run(int size, ThreadGang.Work<T> work) throws Exception {
        int port = freePort();
        return ThreadGang.run(size, thread -> {
            try (Collective collective = CollectiveProvider.installed()
                    .join(new GangAddress(thread.rank(), size, "127.0.0.1", port, Duration.ofMinutes(5)))) {
                return work.on(collective);
            }
        });
    }
}
