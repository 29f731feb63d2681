package org.batchmill.records.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Temporary files and what kills leave of them. Their names are {@code .batchmill-MACHINE-PID-RANDOM.tmp}, whatever they become.
 * The first file that a process begins in a folder removes there
 *
 * <ul>
 *   <li>those of this machine whose process is gone, and
 *   <li>those of another machine, or of this one before it was started anew, that nobody has touched for a day.
 * </ul>
 *
 * <p>A machine is a host, its boot and its space of process numbers, so that containers that share a folder and their number 1 do not
 * take one another's for dead.
 */
final class Leftovers {

    private static final Pattern NAME = Pattern.compile("\\.batchmill-([0-9a-f]{8})-(\\d{1,10})-[0-9a-f]{16}\\.tmp");
    private static final Duration OF_OTHERS = Duration.ofDays(1);

    /** Clocks of files and of processes are not the same. */
    private static final Duration CLOCKS = Duration.ofSeconds(2);

    private static final int FOLDERS = 1024;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String MACHINE = machine();

    private static final Set<Path> SWEPT = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Boolean> eldest) {
            return size() > FOLDERS;
        }
    }));

    private Leftovers() {}

    static String newName() {
        return name(MACHINE, ProcessHandle.current().pid());
    }

    static String name(String machine, long pid) {
        return ".batchmill-" + machine + "-" + pid + "-" + HexFormat.of().toHexDigits(RANDOM.nextLong()) + ".tmp";
    }

    static String thisMachine() {
        return MACHINE;
    }

    static boolean isTemporary(Path path) {
        return NAME.matcher(path.getFileName().toString()).matches();
    }

    /** Removes what is left in a folder, once in the life of this process. */
    static void sweep(Path folder) {
        if (SWEPT.add(folder)) {
            remove(folder);
        }
    }

    /** What cannot be listed or removed, such as another user's, stays: it is no fault of the file to be written. */
    static void remove(Path folder) {
        List<Path> left = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, ".batchmill-*.tmp")) {
            found.forEach(left::add);
        } catch (IOException | DirectoryIteratorException e) {
            return;
        }
        for (Path path : left) {
            try {
                if (isLeft(path)) {
                    Files.deleteIfExists(path);
                }
            } catch (IOException e) {
                // Stays, as said above.
            }
        }
    }

    private static boolean isLeft(Path path) throws IOException {
        Matcher name = NAME.matcher(path.getFileName().toString());
        if (!name.matches()) {
            return false;
        }
        Instant touched =
                Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
        return name.group(1).equals(MACHINE)
                ? !isWriting(Long.parseLong(name.group(2)), touched)
                : touched.isBefore(Instant.now().minus(OF_OTHERS));
    }

    /** Whether the process that wrote a file lives; a number that was given to a process that started later does not count. */
    private static boolean isWriting(long pid, Instant touched) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(process -> process.info()
                        .startInstant()
                        .map(start -> !start.isAfter(touched.plus(CLOCKS)))
                        .orElse(true))
                .orElse(false);
    }

    private static String machine() {
        return TextDigest.of(host() + " " + boot() + " " + processes(), 4);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static String boot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id"), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }

    private static String processes() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }
}
