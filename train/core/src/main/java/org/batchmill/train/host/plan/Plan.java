package org.batchmill.train.host.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a network was compiled to: operations in the order in which they run, and buffers with their places. Immutable.
 *
 * @param operations in the order in which they run
 * @param buffers    those in the arena that are used
 * @param arenaBytes the arena's size
 */
public record Plan<O extends Operation>(List<O> operations, List<Buffer> buffers, long arenaBytes) {

    public Plan {
        operations = List.copyOf(operations);
        buffers = List.copyOf(buffers);
    }

    /** How many bytes the buffers would take if none shared memory. */
    public long bytesWithoutSharing() {
        return buffers.stream().mapToLong(Buffer::bytes).sum();
    }

    /** One line an operation, with its buffers' formats and places, after a line about the arena. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "arena %,d bytes for %d buffers of %,d bytes",
                arenaBytes,
                buffers.size(),
                bytesWithoutSharing()));
        for (int i = 0; i < operations.size(); i++) {
            O operation = operations.get(i);
            lines.add(String.format(
                    Locale.ROOT,
                    "%4d %-8s %-14s %s: %s -> %s",
                    i,
                    operation.pass().name().toLowerCase(Locale.ROOT),
                    operation.layer(),
                    operation.describe(),
                    places(operation.reads()),
                    places(operation.writes())));
        }
        return lines;
    }

    private static String places(List<Buffer> buffers) {
        return buffers.stream()
                .map(buffer -> buffer.name() + " " + buffer.format()
                        + (buffer.isInArena() ? "@" + Long.toHexString(buffer.offset()) : ""))
                .collect(Collectors.joining(", "));
    }
}
