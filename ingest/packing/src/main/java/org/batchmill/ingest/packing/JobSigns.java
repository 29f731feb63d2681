package org.batchmill.ingest.packing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.JsonFile;
import org.batchmill.records.storage.ReadsAhead;
import org.batchmill.records.storage.Storage;

/**
 * What those who start a job and its workers in other processes tell each other: two small files in its journal, the one place that all of them
 * see. Safe for use by many threads and processes.
 */
final class JobSigns {

    /** Holds the name of the job that runs; a worker of another one has outlived its own. */
    private static final String GOING = "going";

    private static final String FAILED = "failed.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path journal;
    private final String job;

    /** @param job its name at the {@link WorkGate} */
    JobSigns(Path journal, String job) {
        this.journal = journal;
        this.job = job;
    }

    /** Tells workers that they may work. */
    void begin() throws IOException {
        Files.deleteIfExists(journal.resolve(FAILED));
        Storage.write(journal.resolve(GOING), job.getBytes(StandardCharsets.UTF_8));
    }

    /** Tells workers to end. */
    void end() throws IOException {
        Files.deleteIfExists(journal.resolve(GOING));
    }

    /**
     * Whether workers may go on.
     *
     * @throws DataException if the journal is not to be seen from here
     */
    boolean isGoing() throws IOException {
        try {
            return new String(ReadsAhead.now(journal.resolve(GOING)), StandardCharsets.UTF_8).equals(job);
        } catch (NoSuchFileException e) {
            if (!Files.isDirectory(journal)) {
                throw new DataException(
                        Kind.MISSING,
                        journal.toString(),
                        "a worker does not see it: the output must lie where all machines of the cluster see it",
                        e);
            }
            return false;
        }
    }

    /** Tells who started the job why it cannot succeed, however often it is tried. */
    void failed(DataException why) throws IOException {
        ObjectNode node = JSON.createObjectNode();
        DatasetFile.write(BadSample.of(why), node);
        Storage.write(journal.resolve(FAILED), JSON.writeValueAsBytes(node));
    }

    /** Why the job cannot succeed, if a worker has said so. */
    Optional<DataException> failure() throws IOException {
        Path failed = journal.resolve(FAILED);
        return Files.exists(failed)
                ? Optional.of(DatasetFile.bad(JsonFile.read(failed)).toException())
                : Optional.empty();
    }
}
