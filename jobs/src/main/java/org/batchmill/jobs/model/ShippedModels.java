package org.batchmill.jobs.model;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;

/** Networks that come along, trained, for trying out. How each was made: docs/yolo.md. Stateless. */
public final class ShippedModels {

    /** {@code shapes}: circles, squares and triangles as {@code sample shapes} draws them. */
    private static final List<String> NAMES = List.of("shapes");

    private ShippedModels() {}

    /**
     * Reads one.
     *
     * @throws UsageException if there is none of that name
     */
    public static Checkpoint read(String name) throws IOException {
        if (!NAMES.contains(name)) {
            throw UsageException.unknownName("model that comes along", name, NAMES);
        }
        try (InputStream in = ShippedModels.class.getResourceAsStream(name + ".ckpt")) {
            return CheckpointFile.read(in.readAllBytes(), "the model " + name);
        }
    }
}
