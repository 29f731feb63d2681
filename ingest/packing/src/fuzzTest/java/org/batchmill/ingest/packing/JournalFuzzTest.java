package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The journal of a pack job, of any content: what was done, or a data error that names the entry. */
class JournalFuzzTest {

    private static final SampleRange RANGE = new SampleRange(0, 0, 2);
    private static final CheckedSample SAMPLE = new CheckedSample(0, 0, 0, 7, 8, 9, 10, 11);

    enum Target {
        CHECKED,
        PLAN,
        JOB,
        SHARD,
        BAD
    }

    @TempDir
    private Path folder;

    private byte[] written(String entry) throws IOException {
        Journal journal = new Journal(folder.resolve("good"));
        Files.createDirectories(folder.resolve("good"));
        journal.begin("fingerprint", folder.resolve("dataset.json"));
        BadSample bad = new BadSample(DataException.Kind.CORRUPT, "a.jpg", "it is damaged");
        journal.add(new CheckedRange(
                RANGE,
                List.of(SAMPLE),
                List.of(new CheckedRange.Bad(0, 1, bad)),
                BoxCounts.NONE,
                List.of(new TreeMap<>(Map.of("cat", 3L)))));
        journal.add(0, new ShardPlan(0, 0, 1, List.of("cat"), List.of(SAMPLE)));
        journal.add(new PackedShard("d-00000", "", 1, 2, "abc"));
        journal.addBad("d-00000", List.of(bad));
        return Files.readAllBytes(folder.resolve("good").resolve(entry));
    }

    private static String entry(Target target) {
        return switch (target) {
            case CHECKED -> "checked-0-000000000000";
            case PLAN -> "plan-00000";
            case JOB -> "job.json";
            case SHARD -> "d-00000.shard.json";
            case BAD -> "d-00000.bad.json";
        };
    }

    private Fuzz fuzz(Target target) throws IOException {
        return Fuzz.of(
                        DataException.class,
                        "pack-" + target.name().toLowerCase(Locale.ROOT),
                        List.of(written(entry(target))))
                .words("[", "{", "{\"a\":", "null", "\"version\":2", "9".repeat(1200), "\\n", "CORRUPT", "MISSING");
    }

    private void parse(Target target, byte[] input) throws IOException {
        Path its = Files.createDirectories(folder.resolve("fuzz"));
        Path file = its.resolve(entry(target));
        Journal journal = new Journal(its);
        switch (target) {
            case CHECKED -> {
                Files.write(file, withChecksum(input));
                journal.checked(RANGE);
            }
            case PLAN -> {
                Files.write(file, withChecksum(input));
                journal.plan(0);
            }
            case JOB -> {
                Files.write(file, input);
                journal.begin("fingerprint", folder.resolve("dataset.json"));
            }
            case SHARD -> {
                Files.write(file, input);
                journal.finished("d-00000");
            }
            case BAD -> {
                Files.write(file, input);
                journal.bad("d-00000");
            }
        }
    }

    /** The first four bytes made right, which else would be all that is looked at. */
    private static byte[] withChecksum(byte[] input) {
        if (input.length >= Integer.BYTES) {
            CRC32C crc = new CRC32C();
            crc.update(input, Integer.BYTES, input.length - Integer.BYTES);
            ByteBuffer.wrap(input).putInt((int) crc.getValue());
        }
        return input;
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadOrRefuseDamagedEntries(Target target) throws IOException {
        fuzz(target).inputs(100, this, input -> parse(target, input));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedEntries(Target target) throws IOException {
        fuzz(target).seconds(Fuzz.seconds(), this, input -> parse(target, input));
    }
}
