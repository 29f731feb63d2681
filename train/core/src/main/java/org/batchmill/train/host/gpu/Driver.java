package org.batchmill.train.host.gpu;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.records.MissingPartException;

/**
 * What the files of the system say about NVIDIA's driver, before any native is loaded: JNI does not load without the driver's library,
 * and its linker's message would not say what to do.
 *
 * @param library the driver's library, {@code libcuda.so.1}
 * @param version of the driver, {@code 580.65.06}; null if no file tells
 */
public record Driver(Path library, String version) {

    /** The kernel's device of a GPU: on Linux, and on Linux inside Windows. */
    private static final Pattern DEVICE = Pattern.compile("nvidia\\d+|dxg");

    /** {@code NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  ...}. */
    private static final Pattern MODULE = Pattern.compile("(?s)Kernel Module.*?\\s(\\d+\\.\\d+(\\.\\d+)?)\\s");

    /** The driver's library ends with its version: {@code libcuda.so.580.65.06}. */
    private static final Pattern LIBRARY = Pattern.compile("libcuda\\.so\\.(\\d{3,}\\.\\d+(\\.\\d+)?)");

    /**
     * @param root    of the file system
     * @param folders where the driver's library may be
     * @param cuda    the major version of CUDA that is to run
     * @throws MissingPartException if there is no GPU, no driver, or one that is too old for this CUDA
     */
    public static Driver find(Path root, LibraryFolders folders, int cuda) {
        if (!hasDevice(root.resolve("dev"))) {
            throw new MissingPartException("no NVIDIA GPU: there is no device /dev/nvidia0");
        }
        Path library = folders.find("libcuda.so.1")
                .orElseThrow(() -> new MissingPartException(
                        "an NVIDIA GPU, but no driver: libcuda.so.1 is in none of " + folders.describe()));
        String version = version(root, library);
        int oldest = oldestFor(cuda);
        if (version != null && Integer.parseInt(version.substring(0, version.indexOf('.'))) < oldest) {
            throw new MissingPartException(
                    "NVIDIA's driver " + version + " is too old: CUDA " + cuda + " needs " + oldest + " or newer");
        }
        return new Driver(library, version);
    }

    /** The oldest driver by NVIDIA's table of minor version compatibility (CUDA's release notes, table 2). */
    private static int oldestFor(int cuda) {
        return cuda >= 13 ? 580 : cuda == 12 ? 525 : 450;
    }

    private static boolean hasDevice(Path devices) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(
                devices, path -> DEVICE.matcher(path.getFileName().toString()).matches())) {
            return found.iterator().hasNext();
        } catch (IOException e) {
            return false;
        }
    }

    private static String version(Path root, Path library) {
        return said(root.resolve("proc/driver/nvidia/version"))
                .or(() -> named(library))
                .orElse(null);
    }

    private static Optional<String> said(Path file) {
        try {
            return first(MODULE.matcher(Files.readString(file)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> named(Path library) {
        try {
            return first(LIBRARY.matcher(library.toRealPath().getFileName().toString()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> first(Matcher matcher) {
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
