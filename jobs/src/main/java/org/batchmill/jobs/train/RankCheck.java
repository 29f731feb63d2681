package org.batchmill.jobs.train;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.records.OptionException;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.engine.NativeFloats;

/** Tries whether the ranks that an environment names reach each other, and how fast, without training anything. Stateless. */
public final class RankCheck {

    private static final int FLOATS = 1 << 20;
    private static final int TIMES = 10;

    private RankCheck() {}

    /**
     * Meets the others and exchanges with them. All ranks call it.
     *
     * @return one line about them
     * @throws org.batchmill.train.collective.LostRankException if they do not meet: one line
     * @throws InterruptedException                              if this thread is interrupted while others are waited for
     */
    public static String line(GangOptions options, Map<String, String> environment)
            throws IOException, InterruptedException {
        if (!options.fromEnvironment()) {
            throw new OptionException(
                    "{ranks} env is what can be tried, on each of the machines; not {ranks} {}", options.ranks);
        }
        try (Rank rank = Rank.of(options, null, environment)) {
            return line(rank.gang());
        }
    }

    private static String line(Gang gang) throws IOException {
        List<String> machines = gang.exchange("the machines", host());
        List<String> named = new ArrayList<>();
        for (int rank = 0; rank < machines.size(); rank++) {
            named.add("rank " + rank + " on " + machines.get(rank));
        }
        long start = System.nanoTime();
        for (int i = 0; i < TIMES; i++) {
            gang.exchange("word " + i, "");
        }
        double word = (System.nanoTime() - start) / 1e6 / TIMES;
        FloatBuffer values = ByteBuffer.allocateDirect(FLOATS * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        start = System.nanoTime();
        for (int i = 0; i < TIMES; i++) {
            gang.sum(NativeFloats.ofHost(values));
        }
        double sum = (System.nanoTime() - start) / 1e6 / TIMES;
        gang.end();
        return String.format(
                Locale.ROOT,
                "%d ranks reach each other: %s; a word takes %.2f ms, a sum of 4 MiB %.1f ms",
                gang.size(),
                String.join(", ", named),
                word,
                sum);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "a machine without a name";
        }
    }
}
