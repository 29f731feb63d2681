package org.batchmill.ingest.packing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.batchmill.video.FrameSelection.Dropped;

/**
 * What has become of the frames of a video: each was kept, dropped for a reason, or lost because it did not decode. Used by one thread.
 */
public final class FrameTally {

    private final String video;
    private final Map<Dropped, Long> dropped = new EnumMap<>(Dropped.class);
    private long frames;
    private long decoded;
    private long kept;
    private long lost;
    private long interlaced;

    FrameTally(String video) {
        this.video = video;
    }

    void read(boolean fields) {
        decoded++;
        interlaced += fields ? 1 : 0;
    }

    void keep() {
        kept++;
    }

    /** Counts why frames were dropped, once all were read. */
    void count(Dropped[] why, int from, int to) {
        long wanted = 0;
        for (int i = from; i < to; i++) {
            if (why[i] == null) {
                wanted++;
            } else {
                dropped.merge(why[i], 1L, Long::sum);
            }
        }
        frames += to - from;
        lost += wanted - kept;
    }

    /** Of several videos together. */
    public static FrameTally sum(List<FrameTally> tallies) {
        FrameTally sum = new FrameTally("all");
        tallies.forEach(sum::add);
        return sum;
    }

    /** Adds those of another run of the same video. */
    void add(FrameTally other) {
        other.dropped.forEach((why, count) -> dropped.merge(why, count, Long::sum));
        frames += other.frames;
        decoded += other.decoded;
        kept += other.kept;
        lost += other.lost;
        interlaced += other.interlaced;
    }

    /** The video's name. */
    public String video() {
        return video;
    }

    /** How many frames the video has, by its index. */
    public long frames() {
        return frames;
    }

    /** How many were decoded. */
    public long decoded() {
        return decoded;
    }

    /** How many were kept. */
    public long kept() {
        return kept;
    }

    /** How many were wanted and did not decode. */
    public long lost() {
        return lost;
    }

    /** How many of those that were decoded are stored interlaced. */
    public long interlaced() {
        return interlaced;
    }

    /** How many were dropped for a reason. */
    public long dropped(Dropped why) {
        return dropped.getOrDefault(why, 0L);
    }

    void writeTo(ObjectNode json) {
        json.put("video", video);
        json.put("frames", frames);
        json.put("decoded", decoded);
        json.put("kept", kept);
        json.put("lost", lost);
        json.put("interlaced", interlaced);
        ObjectNode reasons = json.putObject("dropped");
        dropped.forEach((why, count) -> reasons.put(why.word(), count));
    }

    static FrameTally readFrom(JsonNode json) {
        FrameTally tally = new FrameTally(json.path("video").asText());
        tally.frames = json.path("frames").asLong();
        tally.decoded = json.path("decoded").asLong();
        tally.kept = json.path("kept").asLong();
        tally.lost = json.path("lost").asLong();
        tally.interlaced = json.path("interlaced").asLong();
        for (Dropped why : Dropped.values()) {
            if (json.path("dropped").has(why.word())) {
                tally.dropped.put(why, json.path("dropped").path(why.word()).asLong());
            }
        }
        return tally;
    }

    /** {@code a.mp4: 300 frames, 30 kept, 270 not sampled}. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(video + ": " + frames + " frames, " + kept + " kept");
        dropped.forEach((why, count) ->
                line.append(", ").append(count).append(' ').append(why.word().replace('_', ' ')));
        if (lost > 0) {
            line.append(", ").append(lost).append(" lost");
        }
        return interlaced > 0 ? line + "; " + interlaced + " interlaced" : line.toString();
    }
}
