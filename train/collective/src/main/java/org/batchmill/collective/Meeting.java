package org.batchmill.collective;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.collective.GangAddress;
import org.batchmill.train.collective.LostRankException;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/**
 * Brings the ranks together: each says at rank 0's store that it is there, waits for the others, and then connects to each of them. Who
 * does not come is known by name before anything waits in native code.
 */
final class Meeting {

    private static final long LOOK_EVERY_NANOS = 20_000_000;

    /** Ranks that wait look this often before the store that tells them why they end is closed. */
    private static final int LOOKS_LEFT = 25;

    private static final String SIZE = "ranks";
    private static final String REFUSAL = "refusal";

    private Meeting() {}

    static Collective of(GangAddress asked, IntConsumer listening) {
        TCPStore store = store(asked);
        GangAddress address = asked;
        try {
            if (asked.rank() == 0) {
                address = asked.at(Short.toUnsignedInt(store.getPort()));
                listening.accept(address.port());
            }
            arrive(store, address);
            ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(millis(address.patience()));
            options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(ownAddress(address))));
            options.threads(1);
            ProcessGroupGloo group = new ProcessGroupGloo(store, address.rank(), address.size(), options);
            return new GlooCollective(address, store, group);
        } catch (LostRankException e) {
            store.close();
            throw e;
        } catch (RuntimeException e) {
            store.close();
            throw new LostRankException(
                    "the ranks at " + place(address) + " cannot connect to each other: " + firstLine(e), e);
        }
    }

    static String place(GangAddress address) {
        return address.host() + ":" + address.port();
    }

    static Milliseconds millis(Duration duration) {
        return new Milliseconds(Math.max(1, duration.toMillis()));
    }

    /** What natives throw has a line that tells, and a stack of C++ behind it. */
    static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    }

    /** Natives wait without end for the answer of a port at which something else listens: so a thread of its own does. */
    private static TCPStore store(GangAddress address) {
        AtomicReference<TCPStore> made = new AtomicReference<>();
        WorkerThread thread = WorkerThread.start("gang-store", () -> made.set(open(address)), failure -> {});
        thread.joinFully(address.patience().multipliedBy(2).toNanos());
        if (made.get() != null) {
            return made.get();
        }
        Throwable why = thread.death();
        throw new LostRankException(
                address.rank() == 0 && why != null
                        ? "rank 0 cannot listen at " + place(address) + ": " + reason(why)
                        : "rank " + address.rank() + " does not reach rank 0 at " + place(address) + " within "
                                + address.patience().toSeconds() + " s",
                why);
    }

    private static TCPStore open(GangAddress address) {
        try (TCPStoreOptions options = new TCPStoreOptions()) {
            // A port above 32767 is the same 16 bits.
            options.port((short) address.port())
                    .isServer(address.rank() == 0)
                    .waitWorkers(false)
                    .timeout(millis(address.patience()));
            return new TCPStore(address.host(), options);
        }
    }

    private static String reason(Throwable e) {
        return String.valueOf(e.getMessage()).contains("EADDRINUSE") ? "the port is in use" : firstLine(e);
    }

    /** Says that this rank is there, and waits for the others. What one refuses is told to all, so that nobody guesses why another ended. */
    private static void arrive(Store store, GangAddress address) {
        try {
            meet(store, address);
        } catch (LostRankException e) {
            tell(store, address, e.getMessage());
            throw e;
        } catch (RuntimeException e) {
            throw new LostRankException(
                    "rank 0 at " + place(address) + " has ended before all ranks were there: it says why", e);
        }
    }

    private static void tell(Store store, GangAddress address, String why) {
        try {
            store.compareSet(REFUSAL, "", why);
        } catch (RuntimeException e) {
            return; // Rank 0, whose store it is, has ended: there is nobody left to tell.
        }
        if (address.rank() == 0) {
            LockSupport.parkNanos(LOOKS_LEFT * LOOK_EVERY_NANOS);
        }
    }

    private static void meet(Store store, GangAddress address) {
        agreeOnSize(store, address);
        if (store.add("rank " + address.rank() + " of " + address.size(), 1) > 1) {
            throw new LostRankException("rank " + address.rank() + " is at " + place(address)
                    + " already: two processes were started as the same");
        }
        long end = System.nanoTime() + address.patience().toNanos();
        List<Integer> missing = missing(store, address);
        while (!missing.isEmpty()) {
            if (System.nanoTime() > end) {
                throw new LostRankException("of " + address.size() + " ranks, " + words(missing) + " did not come to "
                        + place(address) + " within " + address.patience().toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
            requireNoRefusal(store);
            missing = missing(store, address);
        }
    }

    /** Ranks that were told of other numbers of ranks say so, and those who wait for them hear it. */
    private static void agreeOnSize(Store store, GangAddress address) {
        String own = Integer.toString(address.size());
        String first = store.compareSet(SIZE, "", own);
        if (!first.equals(own)) {
            throw new LostRankException("rank " + address.rank() + " was started as one of " + own
                    + " ranks, others as one of " + first + ": give all the same number");
        }
    }

    private static void requireNoRefusal(Store store) {
        try (StringVector key = new StringVector(REFUSAL)) {
            if (store.check(key)) {
                throw new LostRankException(store.get_to_str(REFUSAL));
            }
        }
    }

    private static List<Integer> missing(Store store, GangAddress address) {
        List<Integer> missing = new ArrayList<>();
        for (int rank = 0; rank < address.size(); rank++) {
            try (StringVector key = new StringVector("rank " + rank + " of " + address.size())) {
                if (!store.check(key)) {
                    missing.add(rank);
                }
            }
        }
        return missing;
    }

    static String words(List<Integer> ranks) {
        return (ranks.size() == 1 ? "rank " : "ranks ")
                + String.join(", ", ranks.stream().map(String::valueOf).toList());
    }

    /** The address of this machine from which rank 0 is reached: that at which the others reach this one. Nothing is sent. */
    private static String ownAddress(GangAddress address) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()));
            InetAddress own = socket.getLocalAddress();
            return own.getHostAddress();
        } catch (SocketException | IllegalArgumentException e) {
            return address.host();
        }
    }
}
