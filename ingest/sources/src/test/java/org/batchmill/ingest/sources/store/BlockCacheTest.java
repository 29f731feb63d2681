package org.batchmill.ingest.sources.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockCacheTest {

    private static final int BLOCK = 1000;
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void shouldGiveBackWhatAnotherProcessKept() throws Exception {
        BlockCache.open(folder, 100 * BLOCK).put(file("tag"), 3, block(3));
        assertThat(BlockCache.open(folder, 100 * BLOCK).get(file("tag"), 3, BLOCK))
                .isEqualTo(block(3));
    }

    @Test
    void shouldNotTakeAnotherVersionOfAFileForIt() throws Exception {
        BlockCache cache = BlockCache.open(folder, 100 * BLOCK);
        cache.put(file("tag"), 3, block(3));
        assertThat(cache.get(file("other"), 3, BLOCK)).isNull();
        assertThat(cache.get(file(null), 3, BLOCK)).isNull();
        assertThat(cache.get(file("tag"), 4, BLOCK)).isNull();
    }

    @Test
    void shouldFetchADamagedBlockAnew() throws Exception {
        BlockCache cache = BlockCache.open(folder, 100 * BLOCK);
        cache.put(file("tag"), 3, block(3));
        Path kept = kept().get(0);
        byte[] bytes = Files.readAllBytes(kept);
        bytes[500] ^= 1;
        Files.write(kept, bytes);
        assertThat(cache.get(file("tag"), 3, BLOCK)).isNull();
        assertThat(kept).doesNotExist();
        Files.write(folder.resolve("gone"), Arrays.copyOf(bytes, 10));
        cache.put(file("tag"), 3, block(3));
        assertThat(cache.get(file("tag"), 3, BLOCK)).isEqualTo(block(3));
    }

    @Test
    void shouldStayWithinItsBudgetAndKeepWhatWasUsedLast() throws Exception {
        BlockCache cache = BlockCache.open(folder, 16 * BLOCK);
        for (int number = 0; number < 12; number++) {
            putLongAgo(cache, number);
        }
        assertThat(cache.get(file("tag"), 5, BLOCK)).isEqualTo(block(5));
        for (int number = 12; number < 40; number++) {
            putLongAgo(cache, number);
        }
        assertThat(bytes()).isLessThanOrEqualTo(16 * (BLOCK + 4) + 2 * BLOCK);
        assertThat(cache.get(file("tag"), 39, BLOCK)).isEqualTo(block(39));
        assertThat(cache.get(file("tag"), 5, BLOCK)).isEqualTo(block(5));
        assertThat(cache.get(file("tag"), 4, BLOCK)).isNull();
    }

    /** Each a second after that before it: clocks of file systems do not tell apart what is written at once. */
    private void putLongAgo(BlockCache cache, int number) throws IOException {
        List<Path> before = kept();
        cache.put(file("tag"), number, block(number));
        for (Path each : kept()) {
            if (!before.contains(each)) {
                Files.setLastModifiedTime(each, FileTime.from(LONG_AGO.plusSeconds(number)));
            }
        }
    }

    @Test
    void shouldGoOnWithoutAFolderThatCanBeWritten() throws Exception {
        BlockCache cache = BlockCache.open(folder.resolve("cache"), 100 * BLOCK);
        Files.delete(folder.resolve("cache"));
        Files.writeString(folder.resolve("cache"), "in the way");
        cache.put(file("tag"), 3, block(3));
        assertThat(cache.get(file("tag"), 3, BLOCK)).isNull();
    }

    private Version file(String tag) {
        return new Version("s3://bucket/a", folder, 100 * BLOCK, FileTime.from(LONG_AGO), tag);
    }

    private static byte[] block(int number) {
        byte[] bytes = new byte[BLOCK];
        Arrays.fill(bytes, (byte) number);
        return bytes;
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> Files.isRegularFile(file) && !file.endsWith("lock"))
                    .toList();
        }
    }

    private long bytes() throws IOException {
        long bytes = 0;
        for (Path file : kept()) {
            bytes += Files.size(file);
        }
        return bytes;
    }
}
