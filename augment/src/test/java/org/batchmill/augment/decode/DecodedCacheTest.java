package org.batchmill.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.Images;
import org.batchmill.augment.pixels.Image;
import org.batchmill.records.SampleId;
import org.batchmill.testing.FaultyDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodedCacheTest {

    private static final byte[] FILE = Images.encode(".png", Images.gradient(60, 40, 3));
    private static final int BYTES = 60 * 40 * 3;

    private interface Making {
        DecodedCache with(BufferAllocator allocator) throws Exception;
    }

    private static void shouldKeepUpToTheBudget(Making making) throws Exception {
        try (BufferAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator);
                DecodedCache cache = making.with(allocator);
                Image image = decoder.decode(ByteBuffer.wrap(FILE), "x", 3)) {
            for (int i = 0; i < 5; i++) {
                assertThat(cache.get(new SampleId("p" + i), file(FILE), decoder))
                        .isNull();
                cache.put(new SampleId("p" + i), file(FILE), image, 60, 40);
                cache.put(new SampleId("p" + i), file(FILE), image, 60, 40);
            }
            assertThat(cache.size()).isEqualTo(3);
            DecodedCache.Hit hit = cache.get(new SampleId("p2"), file(FILE), decoder);
            try (Image copy = hit.image()) {
                assertThat(copy.pixels()).isEqualTo(image.pixels());
                assertThat(hit.originalWidth()).isEqualTo(60);
            }
            assertThat(cache.get(new SampleId("p3"), file(FILE), decoder)).isNull();
        }
    }

    private static ByteBuffer file(byte[] bytes) {
        return ByteBuffer.wrap(bytes);
    }

    @Test
    void shouldNotTakeAImageForAnotherOfTheSameName() throws Exception {
        byte[] other = Images.encode(".png", Images.gradient(60, 41, 3));
        SampleId name = new SampleId("images/1.png");
        try (BufferAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator);
                DecodedCache cache = DecodedCache.inMemory(1 << 20, allocator);
                Image image = decoder.decode(file(FILE), "x", 3)) {
            cache.put(name, file(FILE), image, 60, 40);
            assertThat(cache.get(name, file(other), decoder)).isNull();
            try (Image hit = cache.get(name, file(FILE), decoder).image()) {
                assertThat(hit.pixels()).isEqualTo(image.pixels());
            }
        }
    }

    @Test
    void shouldKeepWhatCameFirstInMemory() throws Exception {
        shouldKeepUpToTheBudget(allocator -> DecodedCache.inMemory(3L * BYTES + 100, allocator));
    }

    @Test
    void shouldKeepWhatCameFirstInAFileAndDeleteIt(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("cache");
        shouldKeepUpToTheBudget(allocator -> DecodedCache.inFile(file, 3L * BYTES + 100));
        assertThat(Files.exists(file)).isFalse();
    }

    @Test
    void shouldDecodeAgainWhatTheDiskHasLost(@TempDir Path folder) throws Exception {
        Path path = FaultyDisk.unreadableBehind(2L * BYTES).on(folder.resolve("cache"));
        try (BufferAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator);
                DecodedCache cache = DecodedCache.inFile(path, 10L * BYTES);
                Image image = decoder.decode(file(FILE), "x", 3)) {
            for (String name : List.of("a", "b", "c")) {
                cache.put(new SampleId(name), file(FILE), image, 60, 40);
            }
            assertThat(cache.get(new SampleId("c"), file(FILE), decoder)).isNull();
            cache.get(new SampleId("b"), file(FILE), decoder).image().close();
        }
    }

    @Test
    void shouldNameTheFileOnceWhereTheDiskIsFull(@TempDir Path folder) throws Exception {
        FaultyDisk disk = new FaultyDisk(2, true); // opening, one image
        Path path = folder.resolve("cache");
        try (BufferAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator);
                DecodedCache cache = DecodedCache.inFile(disk.on(path), 10L * BYTES);
                Image image = decoder.decode(file(FILE), "x", 3)) {
            cache.put(new SampleId("a"), file(FILE), image, 60, 40);
            assertThatThrownBy(() -> cache.put(new SampleId("b"), file(FILE), image, 60, 40))
                    .isInstanceOf(IOException.class)
                    .hasMessage(path + ": no space for the decoded images: No space left on device");
            cache.put(new SampleId("c"), file(FILE), image, 60, 40);
            assertThat(cache.size()).isEqualTo(1);
            cache.get(new SampleId("a"), file(FILE), decoder).image().close();
        }
    }
}
