package org.batchmill.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Ports for a server that names them in its settings before it binds them, and that may be stopped and started again. Nobody takes them
 * meanwhile: they lie below those that systems give to outgoing connections, and a lock on a file keeps other tests on this machine off.
 */
public final class HeldPorts implements AutoCloseable {

    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;

    private final SplittableRandom random = new SplittableRandom();
    private final List<FileChannel> locks = new ArrayList<>();

    /** Holds one more. */
    public int take() throws IOException {
        for (int tries = 0; tries < COUNT; tries++) {
            int port = FIRST + random.nextInt(COUNT);
            if (lock(port)) {
                return port;
            }
        }
        throw new IOException("no port from " + FIRST + " to " + (FIRST + COUNT - 1) + " is free");
    }

    private boolean lock(int port) throws IOException {
        // Of this user: what another has made there cannot be written, and whether its ports are bound is seen below.
        Path folder = Files.createDirectories(
                Path.of(System.getProperty("java.io.tmpdir"), "batchmill-ports-" + System.getProperty("user.name")));
        FileChannel channel = FileChannel.open(
                folder.resolve(Integer.toString(port)), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (lock(channel) != null && isFree(port)) {
            locks.add(channel);
            return true;
        }
        channel.close();
        return false;
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held in this JVM
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        for (FileChannel lock : locks) {
            try {
                lock.close();
            } catch (IOException e) {
                throw new IllegalStateException("a port's lock is not let go", e);
            }
        }
        locks.clear();
    }
}
