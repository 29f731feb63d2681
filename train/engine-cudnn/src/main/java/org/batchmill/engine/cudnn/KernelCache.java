package org.batchmill.engine.cudnn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;

/**
 * Compiled kernels on disk, so that they are compiled once for a device, a source and a compiler. Thread-safe, and safe among processes:
 * a file appears whole or not at all.
 *
 * <p>A file is the SHA-256 of the machine code (32 bytes) and the machine code. One that does not match is compiled anew.
 */
final class KernelCache {

    private static final int DIGEST = 32;

    private final Path folder;

    /** @param folder made when the first file is written */
    KernelCache(Path folder) {
        this.folder = folder;
    }

    /** {@code $XDG_CACHE_HOME/batchmill/kernels}, by default in {@code ~/.cache}. */
    static KernelCache ofThisUser() {
        String home = System.getenv("XDG_CACHE_HOME");
        Path caches =
                home == null || home.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(home);
        return new KernelCache(caches.resolve("batchmill").resolve("kernels"));
    }

    /**
     * The machine code, from the cache or from the compiler.
     *
     * @param target {@code sm_90}
     * @throws IllegalStateException if the source does not compile
     */
    byte[] cubin(String source, String target, KernelCompiler compiler) {
        Path file = file(source, target, compiler);
        byte[] kept = read(file);
        if (kept != null) {
            return kept;
        }
        byte[] code = compiler.compile(source, target);
        keep(file, code);
        return code;
    }

    private Path file(String source, String target, KernelCompiler compiler) {
        MessageDigest digest = sha256();
        digest.update(compiler.identity().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(source.getBytes(StandardCharsets.UTF_8));
        return folder.resolve(target + "-" + HexFormat.of().formatHex(digest.digest()) + ".cubin");
    }

    private static byte[] read(Path file) {
        byte[] all;
        try {
            all = Files.readAllBytes(file);
        } catch (IOException e) {
            return null;
        }
        if (all.length < DIGEST) {
            return null;
        }
        byte[] code = Arrays.copyOfRange(all, DIGEST, all.length);
        return Arrays.equals(sha256().digest(code), Arrays.copyOf(all, DIGEST)) ? code : null;
    }

    /** Where nothing can be written, each start compiles anew: seconds, and no reason to stop. */
    private void keep(Path file, byte[] code) {
        try {
            Files.createDirectories(folder);
            try (PendingFile kept = Storage.of(file).create(file)) {
                kept.write(ByteBuffer.wrap(sha256().digest(code)));
                kept.write(ByteBuffer.wrap(code));
                kept.commitUnsynced();
            }
        } catch (IOException e) {
            // It is the disk that fails, and the code is in memory.
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
