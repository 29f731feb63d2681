package org.batchmill.jobs.inspect;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.jobs.JsonLine;
import org.batchmill.records.DataException;
import org.batchmill.records.InputFile;
import org.batchmill.records.files.RecordCheck;
import org.batchmill.records.image.ImageHeader;
import org.batchmill.records.tfrecord.ReadOptions;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.checkpoint.ParameterTable;

/** Says what is in a file: an image, a checkpoint, or a record file. */
public final class InspectJob {

    private static final int MAGIC_BYTES = 16;

    private InspectJob() {}

    /**
     * What a file holds.
     *
     * @param fine  whether it can be used
     * @param keys  for programs: those of docs/cli.md
     * @param lines for people
     */
    public record Report(boolean fine, Map<String, Object> keys, List<String> lines) {}

    /** @throws IOException if the file cannot be read at all; damage inside is told in the report */
    public static Report run(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new DataException(DataException.Kind.MISSING, file.toString(), "no such file");
        }
        ByteBuffer start = firstBytes(file);
        if (CheckpointFile.startsLikeOne(start.duplicate())) {
            return checkpoint(file);
        }
        return looksLikeImage(file, start) ? image(file) : records(file);
    }

    private static ByteBuffer firstBytes(Path file) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(MAGIC_BYTES);
        try (InputFile channel = InputFile.open(file)) {
            while (start.hasRemaining() && channel.read(start) >= 0) {
                // until the buffer is full or the file ends
            }
        }
        return start.flip();
    }

    /** By content, and by name where the content is too short or too wrong to tell. */
    private static boolean looksLikeImage(Path file, ByteBuffer start) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        boolean named = name.matches(".*\\.(jpe?g|png|gif|bmp|webp)");
        boolean jpeg = start.remaining() > 2 && (start.get(0) & 0xff) == 0xff && (start.get(1) & 0xff) == 0xd8;
        boolean png = start.remaining() > 4 && (start.get(0) & 0xff) == 0x89 && start.get(1) == 'P';
        boolean gif = start.remaining() > 4 && start.get(0) == 'G' && start.get(1) == 'I' && start.get(2) == 'F';
        return named || jpeg || png || gif;
    }

    private static Report image(Path file) throws IOException {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("path", file.toString());
        List<String> lines = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        String reason = null;
        try {
            ImageHeader header = ImageHeader.whole(bytes, file.toString());
            keys.put("format", header.format().word());
            keys.put("width", header.width());
            keys.put("height", header.height());
            keys.put("channels", header.channels());
            keys.put("depth", header.depth());
            keys.put("orientation", header.orientation());
            lines.add(String.format(
                    Locale.ROOT,
                    "%s: %s, %d x %d, %d channels of %d bits, orientation %d",
                    file,
                    header.format().word(),
                    header.width(),
                    header.height(),
                    header.channels(),
                    header.depth(),
                    header.orientation()));
            try (BufferAllocator allocator = new RootAllocator();
                    ImageDecoder decoder = new ImageDecoder(allocator)) {
                decoder.decode(bytes, file.toString(), 3).close();
            }
        } catch (DataException e) {
            reason = e.kind().word() + ": " + e.reason();
            lines.add(e.getMessage());
        }
        for (String key : List.of("format", "width", "height", "channels", "depth", "orientation")) {
            keys.putIfAbsent(key, null);
        }
        keys.put("ok", reason == null);
        keys.put("reason", reason);
        return new Report(reason == null, keys, lines);
    }

    private static Report records(Path file) throws IOException {
        RecordCheck check = RecordCheck.verify(file, ReadOptions.defaults(), sample -> {});
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s: %,d records, %,d bytes, compression %s",
                file,
                check.records(),
                check.bytes(),
                check.compression().name().toLowerCase(Locale.ROOT)));
        check.damaged()
                .forEach(damage -> lines.add(
                        file + ": " + damage.place() + ": " + damage.kind().word() + ": " + damage.reason()));
        return new Report(check.isIntact(), Map.of("files", List.of(RecordReport.keys(check))), lines);
    }

    private static Report checkpoint(Path file) throws IOException {
        Checkpoint checkpoint = CheckpointFile.read(file);
        Map<String, Object> keys = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>();
        keys.put("path", file.toString());
        keys.put("model", checkpoint.network().name());
        keys.put("task", checkpoint.task().kind());
        keys.put("classes", checkpoint.task().classes());
        keys.put("step", checkpoint.progress().step());
        keys.put("parameters", checkpoint.network().trainableCount());
        lines.add(String.format(
                Locale.ROOT,
                "%s: %s for %s, step %,d, %,d parameters, input %s",
                file,
                checkpoint.network().name(),
                checkpoint.task().kind(),
                checkpoint.progress().step(),
                checkpoint.network().trainableCount(),
                checkpoint.network().input()));
        List<ParameterTable.Row> table = ParameterTable.of(checkpoint.network(), checkpoint.parameters());
        ParameterTable.format(table).lines().forEach(lines::add);
        keys.put("tensors", table.stream().map(InspectJob::tensor).toList());
        return new Report(true, keys, lines);
    }

    private static Map<String, Object> tensor(ParameterTable.Row row) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("name", row.name());
        keys.put("shape", row.dimensions());
        keys.put("count", row.count());
        keys.put("mean", JsonLine.finite(row.mean()));
        keys.put("std", JsonLine.finite(row.standardDeviation()));
        return keys;
    }
}
