package org.batchmill.jobs.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.collective.LostRankException;

/**
 * The file in which rank 0 of a gang says at which port it listens. Whoever starts ranks cannot know which port will be free when rank 0
 * comes to it: another process may take the one that was seen to be free.
 */
public final class PortFile {

    /** The variable of the environment that names the file, where {@code MASTER_PORT} is 0. */
    public static final String VARIABLE = "BATCHMILL_PORT_FILE";

    private static final long LOOK_EVERY_NANOS = 20_000_000;

    private PortFile() {}

    /** Of rank 0. The file appears whole. */
    static void write(Path file, int port) {
        try {
            Storage.write(file, Integer.toString(port).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Looks once.
     *
     * @return the port; 0 if rank 0 does not listen yet
     */
    public static int read(Path file) throws IOException {
        return Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
    }

    /**
     * Waits for rank 0.
     *
     * @param rank who waits
     * @throws LostRankException if it does not listen in time
     */
    static int await(Path file, int rank, Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        int port = read(file);
        while (port == 0) {
            if (System.nanoTime() > end) {
                throw new LostRankException("rank " + rank + " waited for rank 0, which does not listen within "
                        + patience.toSeconds() + " s");
            }
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY_NANOS);
            port = read(file);
        }
        return port;
    }
}
