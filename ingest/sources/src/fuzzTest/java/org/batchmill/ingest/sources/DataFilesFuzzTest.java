package org.batchmill.ingest.sources;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** IDX files and tables of any content: samples, or data errors that name the file. */
class DataFilesFuzzTest {

    enum Target {
        IDX_IMAGES,
        IDX_LABELS,
        IDX_GZIP,
        CSV
    }

    private static final byte[] IMAGES =
            ByteBuffer.allocate(28).putInt(0x803).putInt(3).putInt(2).putInt(2).array();
    private static final byte[] LABELS = ByteBuffer.allocate(11)
            .putInt(0x801)
            .putInt(3)
            .put(new byte[] {1, 2, 3})
            .array();

    @TempDir
    private Path folder;

    @BeforeEach
    void writeGoodOnes() throws IOException {
        Files.write(folder.resolve("good-images-idx3-ubyte"), IMAGES);
        Files.write(folder.resolve("good-labels-idx1-ubyte"), LABELS);
        Files.write(folder.resolve("fuzz-labels-idx1-ubyte"), LABELS);
        Files.write(folder.resolve("packed-labels-idx1-ubyte"), LABELS);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static Fuzz fuzz(Target target) throws IOException {
        return switch (target) {
            case IDX_IMAGES -> Fuzz.of(DataException.class, "idx-images", List.of(IMAGES));
            case IDX_LABELS -> Fuzz.of(DataException.class, "idx-labels", List.of(LABELS));
            case IDX_GZIP -> Fuzz.of(DataException.class, "idx-gzip", List.of(gzip(IMAGES)));
            case CSV ->
                Fuzz.of(
                                DataException.class,
                                "csv",
                                List.of(
                                        "a,b,c\n1,2,3\n4,5,6\n".getBytes(UTF_8),
                                        "1;2,5;3\n4;5;6\n".getBytes(UTF_8),
                                        "\"a\",\"b \"\"c\"\"\"\n1,?\n".getBytes(UTF_8),
                                        "a\tb\n1\t2\n".getBytes(UTF_16)))
                        .bounds(5, 512 << 20) // a row of a megabyte of empty fields, each a reference and a text
                        .words(",", ";", "\t", "\"", "\n", "\r", "1e999999", "NaN", "\u0000", "\u00ff", "a,", "0x1p9,");
        };
    }

    private void parse(Target target, byte[] input) throws IOException {
        switch (target) {
            case IDX_IMAGES -> readDigits("fuzz-images-idx3-ubyte", "fuzz-images-idx3-ubyte", input);
            case IDX_LABELS -> readDigits("good-images-idx3-ubyte", "good-labels-idx1-ubyte", input);
            case IDX_GZIP -> readDigits("packed-images-idx3-ubyte.gz", "packed-images-idx3-ubyte.gz", input);
            case CSV -> {
                try (CsvTable table = CsvTable.open(List.of(Files.write(folder.resolve("t.csv"), input)), List.of())) {
                    for (long i = 0; i < Math.min(table.size(), 100); i++) {
                        table.read(i);
                    }
                }
            }
        }
    }

    private void readDigits(String images, String damaged, byte[] input) throws IOException {
        Files.write(folder.resolve(damaged), input);
        try (IdxDigits digits = IdxDigits.open(List.of(folder.resolve(images)), List.of())) {
            digits.classes();
            for (long i = 0; i < Math.min(digits.size(), 100); i++) {
                digits.read(i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadOrRefuseDamagedFiles(Target target) throws IOException {
        fuzz(target).inputs(200, this, input -> parse(target, input));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedFiles(Target target) throws IOException {
        fuzz(target).seconds(Fuzz.seconds(), this, input -> parse(target, input));
    }
}
