package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.records.files.RecordCheck;
import org.batchmill.records.tfrecord.ReadOptions;

/**
 * Reads record files whole: the framing and its checksums, every Example, and every image, which is decoded. Safe for use by many
 * threads.
 */
public final class VerifyJob {

    private VerifyJob() {}

    /**
     * Verifies files and changes nothing.
     *
     * @param where files, patterns of files, or folders
     * @return what was found in each file, in order; whether it is damaged is for the caller to see
     * @throws IOException if nothing matches, or a file cannot be read at all
     */
    public static List<RecordCheck> verify(List<String> where) throws IOException {
        List<RecordCheck> checks = new ArrayList<>();
        try (ImageCheck images = new ImageCheck()) {
            for (String data : where) {
                for (Path file : Sources.recordFiles(data)) {
                    checks.add(RecordCheck.verify(file, ReadOptions.defaults(), images::check));
                }
            }
        }
        return checks;
    }

    /**
     * Verifies a file and copies its intact records, byte for byte, to another file, which appears when all is done.
     *
     * @throws IOException if one cannot be read or the other not written
     */
    public static RecordCheck repair(Path file, Path target) throws IOException {
        try (ImageCheck images = new ImageCheck()) {
            return RecordCheck.repair(file, target, ReadOptions.defaults(), images::check);
        }
    }
}
