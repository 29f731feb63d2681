package org.batchmill.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.ingest.packing.PackJob;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.ingest.packing.PackProgress;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.image.ImageHeader;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;

/**
 * Packing with the pipeline beside a plain loop: one thread a shard, each reading, decoding to an eighth and writing its part of the
 * same folder, without shuffle, checksums or journal. Arguments: the folder to work in, the number of images (20000), how many rounds (3), and
 * {@code cold} if the page cache is to forget the images before either (needs {@code python3}, which can ask for that without being root).
 * The start-up of the pipeline is measured on a folder of 8 images and taken off.
 */
public final class PackingBenchmark {

    private static final int SHARDS = 4;
    private static final int FEW = 8;
    private static final int SIDE = 320;

    /** POSIX_FADV_DONTNEED for each file of a folder: pages that are on the disk leave the cache. */
    private static final String FORGET =
            """
            import os, sys
            for folder, _, names in os.walk(sys.argv[1]):
                for name in names:
                    file = os.open(os.path.join(folder, name), os.O_RDONLY)
                    os.fsync(file)
                    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
                    os.close(file)
            """;

    private PackingBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20_000;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        boolean cold = arguments.length > 3 && arguments[3].equals("cold");
        int threads = Runtime.getRuntime().availableProcessors();
        Path many = draw(folder.resolve("images-" + count), count);
        Path few = draw(folder.resolve("images-" + FEW), FEW);
        pack(few, folder.resolve("first"), threads); // loads classes
        try (ResultTable table = ResultTable.of(
                PackingBenchmark.class,
                arguments,
                Column.text("images"),
                Column.text("round"),
                Column.number("start-up, s", 2),
                Column.number("packing, s", 2),
                Column.number("plain loop, s", 2),
                Column.number("plain loop / packing", 2),
                Column.number("processors for packing, s", 2),
                Column.number("for the loop, s", 2))) {
            for (int round = 1; round <= rounds; round++) {
                Took start = pack(few, folder.resolve("few"), threads);
                if (cold) {
                    forget(many);
                }
                Took all = pack(many, folder.resolve("many"), threads);
                if (cold) {
                    forget(many);
                }
                Took plain = plainLoop(many, folder.resolve("plain"), threads);
                double packing = all.seconds - start.seconds;
                table.row(
                        cold ? "on the disk" : "in the page cache",
                        round,
                        start.seconds,
                        packing,
                        plain.seconds,
                        plain.seconds / packing,
                        all.cpuSeconds - start.cpuSeconds,
                        plain.cpuSeconds);
            }
        }
    }

    /** What a run took: by the clock, and of all processors together. */
    private record Took(double seconds, double cpuSeconds) {

        static Took of(Callable<?> work) throws Exception {
            OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long cpu = system.getProcessCpuTime();
            long start = System.nanoTime();
            work.call();
            return new Took((System.nanoTime() - start) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9);
        }
    }

    private static Took pack(Path data, Path out, int threads) throws Exception {
        clear(out);
        PackOptions options = PackOptions.of(data.toString(), out.resolve("p").toString())
                .withShards(SHARDS)
                .withParallelism(threads);
        return Took.of(() -> PackJob.run(options, PackProgress.Listener.NONE));
    }

    private static Took plainLoop(Path data, Path out, int threads) throws Exception {
        clear(out);
        Files.createDirectories(out);
        return Took.of(() -> {
            writeAll(data, out, threads);
            return null;
        });
    }

    private static void writeAll(Path data, Path out, int threads) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (SampleSource.Indexed source =
                        SampleSource.Indexed.class.cast(Sources.open(data.toString(), SourceOptions.defaults()));
                BufferAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator)) {
            SampleExamples examples = new SampleExamples(source.classes());
            List<Callable<Void>> shards = new ArrayList<>();
            for (int shard = 0; shard < SHARDS; shard++) {
                long from = source.size() * shard / SHARDS;
                long to = source.size() * (shard + 1) / SHARDS;
                Path file = out.resolve("shard-" + shard + ".tfrecord");
                shards.add(() -> {
                    writePart(source, from, to, decoder, examples, file);
                    return null;
                });
            }
            for (Future<Void> done : pool.invokeAll(shards)) {
                done.get();
            }
        } finally {
            pool.shutdown();
        }
    }

    private static void writePart(
            SampleSource.Indexed source, long from, long to, ImageDecoder decoder, SampleExamples examples, Path file)
            throws IOException {
        try (TfRecordWriter writer = TfRecordWriter.create(file, WriteOptions.PLAIN)) {
            for (long index = from; index < to; index++) {
                Sample sample = source.read(index);
                String where = sample.id().value();
                ByteBuffer bytes = EncodedBytes.of(sample);
                ImageHeader header = decoder.check(bytes, where);
                decoder.decode(bytes, header, where, 1, 8).close();
                writer.write(examples.write(sample));
            }
            writer.finish();
        }
    }

    /** A folder a class, JPEGs of 320 x 320 with noise, some 30 KB each; drawn once and kept. */
    private static Path draw(Path folder, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Path place = folder.resolve(i % 2 == 0 ? "even" : "odd");
            Path file = place.resolve(String.format(Locale.ROOT, "p%06d.jpg", i));
            if (!Files.exists(file)) {
                Files.createDirectories(place);
                Files.write(file, image(i));
            }
        }
        return folder;
    }

    private static byte[] image(int seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                image.setRGB(x, y, random.nextInt(48) * 0x010101);
            }
        }
        Graphics2D graphics = image.createGraphics();
        for (int i = 0; i < 12; i++) {
            graphics.setColor(new Color(random.nextInt(1 << 24)));
            graphics.fillOval(random.nextInt(SIDE), random.nextInt(SIDE), 20 + random.nextInt(120), 60);
        }
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", bytes);
        return bytes.toByteArray();
    }

    private static void forget(Path folder) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("python3", "-c", FORGET, folder.toString())
                .inheritIO()
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("python3 could not make the page cache forget " + folder);
        }
    }

    private static void clear(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> found = Files.walk(folder)) {
                for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
