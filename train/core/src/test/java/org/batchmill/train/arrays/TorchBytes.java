package org.batchmill.train.arrays;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files as torch.save writes them, instruction by instruction, so that a test can put any in. */
public final class TorchBytes {

    private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    private final Map<String, byte[]> storages = new LinkedHashMap<>();
    private int method = ZipEntry.STORED;

    /** Protocol 2, and a dict that is open for entries. */
    public TorchBytes() {
        bytes(0x80, 2, '}', '(');
    }

    TorchBytes bytes(int... values) {
        for (int value : values) {
            pickle.write(value);
        }
        return this;
    }

    TorchBytes text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes('X').integer(utf8.length);
        pickle.writeBytes(utf8);
        return this;
    }

    /** Mentions a name: {@code global("torch", "FloatStorage")}. */
    TorchBytes global(String module, String name) {
        bytes('c');
        pickle.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    TorchBytes number(int value) {
        return bytes('J').integer(value);
    }

    private TorchBytes integer(int value) {
        pickle.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    TorchBytes tuple(long... values) {
        bytes('(');
        for (long value : values) {
            if (value == (int) value) {
                number((int) value);
            } else {
                bytes(0x8a, 8).integer((int) value).integer((int) (value >> 32));
            }
        }
        return bytes('t');
    }

    /** A name and its tensor, whose storage has the numbers 0, 1, 2 and so on. */
    public TorchBytes tensor(String name, int stored, int offset, int[] sizes, int[] strides) {
        String key = String.valueOf(storages.size());
        ByteBuffer numbers = ByteBuffer.allocate(stored * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < stored; i++) {
            numbers.putFloat(i);
        }
        storages.put(key, numbers.array());
        text(name).view(key, stored, offset, sizes, strides);
        return this;
    }

    /** A tensor alone, of any storage. */
    TorchBytes view(String key, int stored, int offset, int[] sizes, int[] strides) {
        return view(
                key,
                stored,
                offset,
                Arrays.stream(sizes).asLongStream().toArray(),
                Arrays.stream(strides).asLongStream().toArray());
    }

    TorchBytes view(String key, int stored, int offset, long[] sizes, long[] strides) {
        global("torch._utils", "_rebuild_tensor_v2").bytes('(', '(').text("storage");
        global("torch", "FloatStorage").text(key).text("cpu").number(stored).bytes('t', 'Q');
        number(offset).tuple(sizes).tuple(strides).bytes(0x89);
        return global("collections", "OrderedDict").bytes(')', 'R', 't', 'R');
    }

    TorchBytes compressed() {
        method = ZipEntry.DEFLATED;
        return this;
    }

    /** Without a storage that was promised. */
    TorchBytes without(String key) {
        storages.remove(key);
        return this;
    }

    /** Ends the dict and writes the archive. */
    public Path write(Path file) throws IOException {
        return archive(file, bytes('u', '.').pickle.toByteArray());
    }

    /** Writes the archive with what was put in, and nothing more. */
    Path writeAsItIs(Path file) throws IOException {
        return archive(file, pickle.toByteArray());
    }

    /** Ends the dict and writes the archive as {@code set_crc32_options(False)} has it: the directory's checksums are 0. */
    Path withoutSums(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(write(file));
        ByteBuffer archive = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = archive.getInt(bytes.length - 6); archive.getInt(at) == 0x02014b50; ) {
            archive.putInt(at + 16, 0);
            at += 46 + archive.getShort(at + 28) + archive.getShort(at + 30) + archive.getShort(at + 32);
        }
        return Files.write(file, bytes);
    }

    private Path archive(Path file, byte[] bytes) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            put(zip, "a/data.pkl", bytes);
            for (Map.Entry<String, byte[]> storage : storages.entrySet()) {
                put(zip, "a/data/" + storage.getKey(), storage.getValue());
            }
        }
        return file;
    }

    private void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(method);
        entry.setSize(bytes.length);
        CRC32 sum = new CRC32();
        sum.update(bytes);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    /** What real torch wrote (torch-files.py beside them), by the files' names. */
    static List<byte[]> real(String... names) throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (String name : names) {
            try (var in = TorchBytes.class.getResourceAsStream(name)) {
                files.add(in.readAllBytes());
            }
        }
        return files;
    }
}
