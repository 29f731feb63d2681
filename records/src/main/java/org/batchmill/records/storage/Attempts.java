package org.batchmill.records.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;

/**
 * Asks a place that lies elsewhere again when it fails: it throttles, a connection breaks, an answer is cut. Five times in all, after waits
 * that double from a tenth of a second and differ by chance, so that many readers do not come again at one moment; but not after ten seconds,
 * since a provider that takes so long to fail has tried again itself. What is an answer, that
 * a file is not there for one, is taken at once. Every failure becomes an error of one line that begins with the name of what was asked for.
 * Stateless.
 */
public final class Attempts {

    private static final int MOST = 5;
    private static final long FIRST_WAIT_MILLIS = 100;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Providers put whole answers of servers into their messages. */
    private static final int LONGEST_REASON = 200;

    private Attempts() {}

    /** What is asked. */
    @FunctionalInterface
    public interface Request<T> {
        T ask() throws IOException;
    }

    /**
     * The answer.
     *
     * @param name of the file or folder, for errors
     * @throws NoSuchFileException if it is not there; likewise the other answers that {@code java.nio.file} knows
     * @throws StoreAwayException  if the last attempt failed too; its reason is that of the innermost cause
     */
    public static <T> T of(String name, Request<T> request) throws IOException {
        long begin = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                return request.ask();
            } catch (DataException | UsageException e) {
                throw e; // names its file, and what is wrong with it stays wrong
            } catch (IOException | RuntimeException e) {
                Exception cause = e instanceof UncheckedIOException its ? its.getCause() : e;
                IOException named = named(name, cause);
                boolean late = attempt == MOST || System.nanoTime() - begin > LONGEST_NANOS;
                if (late || named == cause || isAnswer(named) || e instanceof FileSystemNotFoundException) {
                    throw named;
                }
            }
            pause(name, FIRST_WAIT_MILLIS << (attempt - 1));
        }
    }

    private static void pause(String name, long millis) throws IOException {
        try {
            Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException(name + ": interrupted").initCause(e);
        }
    }

    private static boolean isAnswer(IOException e) {
        return e instanceof NoSuchFileException
                || e instanceof AccessDeniedException
                || e instanceof FileAlreadyExistsException
                || e instanceof DirectoryNotEmptyException
                || e instanceof NotDirectoryException;
    }

    /** The failure under the name of what was asked for; itself if it says that no more can be asked: part of it was asked five times. */
    private static IOException named(String name, Exception e) {
        FileSystemException named;
        if (e instanceof ClosedByInterruptException
                || e instanceof InterruptedIOException
                || e instanceof StoreAwayException) {
            return (IOException) e;
        } else if (e instanceof NoSuchFileException) {
            named = new NoSuchFileException(name);
        } else if (e instanceof AccessDeniedException) {
            named = new AccessDeniedException(name, null, reason(e));
        } else if (e instanceof FileAlreadyExistsException) {
            named = new FileAlreadyExistsException(name);
        } else if (e instanceof DirectoryNotEmptyException) {
            named = new DirectoryNotEmptyException(name);
        } else if (e instanceof NotDirectoryException) {
            named = new NotDirectoryException(name);
        } else {
            named = new StoreAwayException(name, reason(e));
        }
        named.initCause(e);
        return named;
    }

    /** One line of the innermost cause that has a message. */
    private static String reason(Throwable e) {
        String reason = e.getClass().getSimpleName();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String text = cause instanceof FileSystemException its ? its.getReason() : cause.getMessage();
            if (text != null && !text.isBlank()) {
                reason = text.lines().findFirst().orElse(reason).strip();
            }
        }
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + " ...";
    }
}
