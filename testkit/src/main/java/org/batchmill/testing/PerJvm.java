package org.batchmill.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * What all test classes of a JVM share, such as a server that takes seconds to start: made for the first that asks, with a folder of its own, and
 * closed when the JVM ends. JUnit's own stores do not outlast a class here, for Surefire hands JUnit one class at a time. Safe for any threads.
 *
 * @param <T> what is shared; its users do not close it
 */
public final class PerJvm<T extends AutoCloseable> {

    /** Makes what is shared. */
    @FunctionalInterface
    public interface Maker<T> {

        /** @param folder empty; removed when the JVM ends */
        T make(Path folder) throws Exception;
    }

    private final String name;
    private final Maker<T> maker;
    private T made;

    /** @param name of the folder, for whoever finds it */
    public PerJvm(String name, Maker<T> maker) {
        this.name = name;
        this.maker = maker;
    }

    /** Makes it, or gives what was made before. Where making failed it is tried again. */
    public synchronized T get() throws Exception {
        if (made == null) {
            Path folder = Files.createTempDirectory(name + "-");
            try {
                made = maker.make(folder);
            } finally {
                if (made == null) {
                    remove(folder);
                }
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(made, folder), name + "-end"));
        }
        return made;
    }

    private static void close(AutoCloseable made, Path folder) {
        try {
            made.close();
            remove(folder);
        } catch (Exception e) {
            throw new IllegalStateException("what tests shared is left behind, in " + folder, e);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
