package org.batchmill.it;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.batchmill.jobs.samples.DrawnSamples;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;

/** Writes digits of our own as IDX files: images gzipped, labels plain. */
final class DrawnDigits {

    private static final int SIDE = 28;

    private DrawnDigits() {}

    /** A pair of files {@code LIST-images-idx3-ubyte.gz} and {@code LIST-labels-idx1-ubyte}. */
    static void write(Path folder, String list, int count, long seed) throws IOException {
        List<String> all = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
        Files.createDirectories(folder);
        try (DrawnSamples digits = DrawnSamples.digits(count, seed, all);
                DataOutputStream images = new DataOutputStream(
                        new GZIPOutputStream(Files.newOutputStream(folder.resolve(list + "-images-idx3-ubyte.gz"))));
                WritableByteChannel pixels = Channels.newChannel(images);
                DataOutputStream labels =
                        new DataOutputStream(Files.newOutputStream(folder.resolve(list + "-labels-idx1-ubyte")))) {
            for (int number : new int[] {0x803, count, SIDE, SIDE}) {
                images.writeInt(number);
            }
            labels.writeInt(0x801);
            labels.writeInt(count);
            for (int i = 0; i < count; i++) {
                Sample digit = digits.read(i);
                pixels.write(((Content.RawImage) digit.content()).pixels());
                labels.write(Integer.parseInt(((Labels.ClassLabel) digit.labels()).className()));
            }
        }
    }
}
