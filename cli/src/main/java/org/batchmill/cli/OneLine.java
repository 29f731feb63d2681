package org.batchmill.cli;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.batchmill.records.OptionException;

/** One line for a user out of any exception: what, where, why. */
final class OneLine {

    private OneLine() {}

    static String of(Throwable problem) {
        Throwable t = problem;
        while (t.getCause() != null
                && (t instanceof ExecutionException || t instanceof UncheckedIOException || isWrapper(t))) {
            t = t.getCause();
        }
        String line = t.getMessage();
        if (t instanceof FileSystemException e) {
            line = ofFile(e);
        } else if (t instanceof OptionException e) {
            line = e.commandLine();
        }
        if (t instanceof OutOfMemoryError) {
            line = "out of memory: " + line
                    + "; give the JVM more with BATCHMILL_JAVA_OPTS=-Xmx8g or take a smaller --batch";
        } else if (line == null || line.isBlank()) {
            line = t.getClass().getSimpleName();
        } else if ((t instanceof RuntimeException || t instanceof Error)
                && !t.getClass().getName().startsWith("org.batchmill")
                && !t.getClass().getName().startsWith("picocli")) {
            line = t.getClass().getSimpleName() + ": " + line;
        }
        return line.lines().map(String::strip).filter(part -> !part.isEmpty()).collect(Collectors.joining("; "));
    }

    /** A wrapper adds nothing of its own: its message is its cause's toString. */
    private static boolean isWrapper(Throwable t) {
        return t.getMessage() == null || t.getMessage().equals(String.valueOf(t.getCause()));
    }

    private static String ofFile(FileSystemException e) {
        String cause;
        if (e instanceof NoSuchFileException) {
            cause = "no such file or folder";
        } else if (e instanceof AccessDeniedException) {
            cause = "permission denied";
        } else if (e instanceof FileAlreadyExistsException) {
            cause = "exists already, and is no folder"; // which was to be made
        } else if (e instanceof NotDirectoryException) {
            cause = "not a folder";
        } else {
            cause = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
        }
        return e.getFile() + ": " + cause;
    }
}
