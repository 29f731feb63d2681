package org.batchmill.ingest.sources.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * Where a run stands in its topic, as a checkpoint keeps it: {@code RUN BLOCK EARLIER HANDEDOUT PARTITION=PLACE ...}.
 *
 * @param run       names the run, so that it knows its own commits
 * @param block     the number of the block
 * @param earlier   how many samples of the block before were handed out
 * @param handedOut how many of its samples were handed out
 * @param start     where each partition stood before the block
 */
record TopicPosition(String run, long block, int earlier, int handedOut, Map<Integer, PartitionPosition> start) {

    TopicPosition {
        start = Map.copyOf(start);
    }

    /** The text of all positions in a block, up to the number of samples handed out. */
    static String head(String run, long block, int earlier) {
        return run + " " + block + " " + earlier + " ";
    }

    /** What follows the number of samples handed out. */
    static String tail(Map<Integer, PartitionPosition> start) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(start)
                .forEach((partition, position) ->
                        text.append(' ').append(partition).append('=').append(position.encode()));
        return text.toString();
    }

    /** @throws DataException if the text is none of a topic's positions */
    static TopicPosition parse(String text) throws DataException {
        String[] words = text.split(" ", -1);
        try {
            Map<Integer, PartitionPosition> start = new HashMap<>();
            long taken = 0;
            for (int i = 4; i < words.length; i++) {
                int equals = words[i].indexOf('=');
                PartitionPosition position = PartitionPosition.parse(words[i].substring(equals + 1));
                taken = position.takenAfter(taken);
                start.put(Integer.parseInt(words[i].substring(0, equals)), position);
            }
            return new TopicPosition(
                    words[0], Long.parseLong(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]), start);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new DataException(
                    Kind.CORRUPT,
                    "the position in the checkpoint",
                    "is none of a topic: " + text.substring(0, Math.min(80, text.length())),
                    e);
        }
    }
}
