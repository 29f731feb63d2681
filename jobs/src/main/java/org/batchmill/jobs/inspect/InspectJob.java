package org.batchmill.jobs.inspect;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.detect.ImageFolder;
import org.batchmill.jobs.model.OnnxModel;
import org.batchmill.jobs.report.NetworkDrawing;
import org.batchmill.jobs.report.NetworkTable;
import org.batchmill.jobs.task.NamedModel;
import org.batchmill.records.DataException;
import org.batchmill.records.InputFile;
import org.batchmill.records.OptionException;
import org.batchmill.records.arrow.ArrowMemory;
import org.batchmill.records.files.RecordCheck;
import org.batchmill.records.image.ImageHeader;
import org.batchmill.records.storage.Overwriting;
import org.batchmill.records.storage.Storage;
import org.batchmill.records.tfrecord.ReadOptions;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.checkpoint.ParameterTable;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.onnx.OnnxNetwork;

/** Says what is in a file, an image, a checkpoint, a model or a record file, and what a model of ours is. Stateless. */
public final class InspectJob {

    private static final int MAGIC_BYTES = 16;

    private InspectJob() {}

    /**
     * What a file holds.
     *
     * @param fine    whether it can be used
     * @param keys    for programs: those of docs/cli.md
     * @param lines   for people
     * @param network that it holds; null for none
     */
    public record Report(boolean fine, Map<String, Object> keys, List<String> lines, Network network) {}

    /**
     * Looks into a file.
     *
     * @param file a file, or the name of a model of ours
     * @param out  where the graph of its network is drawn, an SVG file; null for nowhere
     * @throws IOException if the file cannot be read at all; damage inside is told in the report
     */
    public static Report run(Path file, Path out) throws IOException {
        if (out == null) {
            return run(file);
        }
        if (!out.toString().toLowerCase(Locale.ROOT).endsWith(".svg")) {
            throw new OptionException("{out} is an image whose name ends in .svg, not {}", out);
        }
        Overwriting.refuse(out, file);
        Report report = run(file);
        if (report.network() == null) {
            throw new OptionException("{out} draws the network of a model or a checkpoint, and {} is none", file);
        }
        Storage.write(out, NetworkDrawing.svg(report.network()).getBytes(StandardCharsets.UTF_8));
        return report;
    }

    private static Report run(Path file) throws IOException {
        boolean described = NamedModel.file(file.toString()) != null && Files.isRegularFile(file);
        if (described || (!Files.exists(file) && Models.names().contains(file.toString()))) {
            return model(NamedModel.of(file.toString(), List.of(), Layer.BatchNorm.Rule.STANDARD)
                    .network());
        }
        if (Files.isRegularFile(file) && OnnxModel.isOne(file)) {
            return model(OnnxNetwork.read(file).network());
        }
        if (!Files.isRegularFile(file)) {
            throw noFile(file);
        }
        ByteBuffer start = firstBytes(file);
        if (CheckpointFile.startsLikeOne(start.duplicate())) {
            return checkpoint(file);
        }
        return looksLikeImage(file, start) ? image(file) : records(file);
    }

    private static DataException noFile(Path file) {
        if (!Files.exists(file)) {
            return new DataException(DataException.Kind.MISSING, file.toString(), "no such file");
        }
        return new DataException(
                DataException.Kind.UNSUPPORTED,
                file.toString(),
                Files.isDirectory(file) ? "is a folder, where a file is wanted" : "is a pipe or a device, not a file");
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
        boolean named = name.matches("(?s).*\\.(jpe?g|png|gif|bmp|webp)");
        boolean jpeg = start.remaining() > 2 && (start.get(0) & 0xff) == 0xff && (start.get(1) & 0xff) == 0xd8;
        boolean png = start.remaining() > 4 && (start.get(0) & 0xff) == 0x89 && start.get(1) == 'P';
        boolean gif = start.remaining() > 4 && start.get(0) == 'G' && start.get(1) == 'I' && start.get(2) == 'F';
        return named || jpeg || png || gif;
    }

    private static Report image(Path file) throws IOException {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("path", file.toString());
        List<String> lines = new ArrayList<>();
        String reason = null;
        try {
            ByteBuffer bytes = ByteBuffer.wrap(InputFile.bytes(file, ImageFolder.LARGEST));
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
            try (BufferAllocator allocator = ArrowMemory.allocator();
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
        return new Report(reason == null, keys, lines, null);
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
        return new Report(check.isIntact(), Map.of("files", List.of(RecordReport.keys(check))), lines, null);
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
        lines.addAll(NetworkTable.lines(checkpoint.network()));
        List<ParameterTable.Row> table = ParameterTable.of(checkpoint.network(), checkpoint.parameters());
        ParameterTable.format(table).lines().forEach(lines::add);
        keys.put("layers", layers(checkpoint.network()));
        keys.put("tensors", table.stream().map(InspectJob::tensor).toList());
        return new Report(true, keys, lines, checkpoint.network());
    }

    private static Report model(Network network) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("model", network.name());
        keys.put("input", network.input().toString());
        keys.put("outputs", network.output().size());
        keys.put("parameters", network.trainableCount());
        keys.put("layers", layers(network));
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s: %,d parameters, input %s, %,d outputs",
                network.name(),
                network.trainableCount(),
                network.input(),
                network.output().size()));
        lines.addAll(NetworkTable.lines(network));
        return new Report(true, keys, lines, network);
    }

    private static List<Map<String, Object>> layers(Network network) {
        return NetworkTable.of(network).stream().map(NetworkTable.Row::keys).toList();
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
