package org.batchmill.benchmarks;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import org.batchmill.augment.decode.ImageHeader;
import org.batchmill.ingest.packing.PackJob;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.ingest.packing.PackProgress;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.records.Content;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;

/**
 * Packing with the pipeline beside a plain loop: one thread a shard, each reading, decoding to an eighth and writing its part of the
 * same folder, without shuffle, checksums or journal. Arguments: the folder to work in, the number of pictures (20000), how many rounds (3).
 * The start-up of the pipeline is measured on a folder of 8 pictures and taken off.
 */
public final class PackingBenchmark {

    private static final int SHARDS = 4;
    private static final int FEW = 8;
    private static final int SIDE = 320;

    private PackingBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20_000;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        int threads = Runtime.getRuntime().availableProcessors();
        Path many = draw(folder.resolve("pictures-" + count), count);
        Path few = draw(folder.resolve("pictures-" + FEW), FEW);
        pack(few, folder.resolve("first"), threads); // loads classes
        System.out.println("round  start-up s  packing s  plain loop s  packing/plain");
        for (int round = 1; round <= rounds; round++) {
            double start = pack(few, folder.resolve("few"), threads);
            double packing = pack(many, folder.resolve("many"), threads) - start;
            double plain = plainLoop(many, folder.resolve("plain"), threads);
            System.out.printf(
                    Locale.ROOT, "%5d  %10.2f  %9.2f  %12.2f  %13.2f%n", round, start, packing, plain, plain / packing);
        }
    }

    private static double pack(Path data, Path out, int threads) throws Exception {
        clear(out);
        long start = System.nanoTime();
        PackJob.run(
                PackOptions.of(data.toString(), out.resolve("p").toString())
                        .withShards(SHARDS)
                        .withParallelism(threads),
                PackProgress.Listener.NONE);
        return (System.nanoTime() - start) / 1e9;
    }

    private static double plainLoop(Path data, Path out, int threads) throws Exception {
        clear(out);
        Files.createDirectories(out);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        long start = System.nanoTime();
        try (SampleSource.Indexed source =
                        (SampleSource.Indexed) Sources.open(data.toString(), SourceOptions.defaults());
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
        return (System.nanoTime() - start) / 1e9;
    }

    private static void writePart(
            SampleSource.Indexed source, long from, long to, ImageDecoder decoder, SampleExamples examples, Path file)
            throws IOException {
        try (TfRecordWriter writer = TfRecordWriter.create(file, WriteOptions.PLAIN)) {
            for (long index = from; index < to; index++) {
                Sample sample = source.read(index);
                ByteBuffer bytes = ((Content.EncodedImage) sample.content()).bytes();
                String where = sample.id().value();
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
                Files.write(file, picture(i));
            }
        }
        return folder;
    }

    private static byte[] picture(int seed) throws IOException {
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
