package org.batchmill.collective;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.collective.GangAddress;
import org.batchmill.train.collective.LostRankException;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TCPStore;

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

    static Collective of(GangAddress asked, IntConsumer listening) throws InterruptedException {
        SharedStore store = SharedStore.open(asked);
        GangAddress address = asked;
        Collective formed = null;
        try {
            if (asked.rank() == 0) {
                address = asked.at(Short.toUnsignedInt(store.ask(TCPStore::getPort)));
                listening.accept(address.port());
            }
            arrive(store, address);
            formed = new GlooCollective(address, store, connect(store, address));
            return formed;
        } catch (LostRankException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new LostRankException(
                    "the ranks at " + place(address) + " cannot connect to each other: " + firstLine(e), e);
        } finally {
            if (formed == null) {
                store.close();
            }
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

    /** All are there: each connects to each other. */
    private static ProcessGroupGloo connect(SharedStore store, GangAddress address) {
        ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(millis(address.patience()));
        options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(ownAddress(address))));
        options.threads(1);
        return store.ask(
                address.patience().multipliedBy(2),
                their -> new ProcessGroupGloo(their, address.rank(), address.size(), options));
    }

    /** Says that this rank is there, and waits for the others. What one refuses is told to all, so that nobody guesses why another ended. */
    private static void arrive(SharedStore store, GangAddress address) throws InterruptedException {
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

    private static void tell(SharedStore store, GangAddress address, String why) throws InterruptedException {
        try {
            store.postFirst(REFUSAL, why);
        } catch (RuntimeException e) {
            return; // Rank 0, whose store it is, has ended: there is nobody left to tell.
        }
        if (address.rank() == 0) {
            TimeUnit.NANOSECONDS.sleep(LOOKS_LEFT * LOOK_EVERY_NANOS);
        }
    }

    private static void meet(SharedStore store, GangAddress address) throws InterruptedException {
        agreeOnSize(store, address);
        String own = key(address.rank(), address);
        if (store.ask(their -> their.add(own, 1)) > 1) {
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
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY_NANOS);
            requireNoRefusal(store);
            missing = missing(store, address);
        }
    }

    /** Ranks that were told of other numbers of ranks say so, and those who wait for them hear it. */
    private static void agreeOnSize(SharedStore store, GangAddress address) {
        String own = Integer.toString(address.size());
        String first = store.ask(their -> their.compareSet(SIZE, "", own));
        if (!first.equals(own)) {
            throw new LostRankException("rank " + address.rank() + " was started as one of " + own
                    + " ranks, others as one of " + first + ": give all the same number");
        }
    }

    private static void requireNoRefusal(SharedStore store) {
        String refusal = store.posted(REFUSAL);
        if (refusal != null) {
            throw new LostRankException(refusal);
        }
    }

    private static List<Integer> missing(SharedStore store, GangAddress address) {
        List<Integer> missing = new ArrayList<>();
        for (int rank = 0; rank < address.size(); rank++) {
            if (!store.isPosted(key(rank, address))) {
                missing.add(rank);
            }
        }
        return missing;
    }

    private static String key(int rank, GangAddress address) {
        return "rank " + rank + " of " + address.size();
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
