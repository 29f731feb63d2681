package org.batchmill.jobs.dashboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.DataException;
import org.batchmill.records.protobuf.WireReader;
import org.batchmill.records.tfrecord.Compression;
import org.batchmill.records.tfrecord.ReadOptions;
import org.batchmill.records.tfrecord.TfRecordReader;
import org.batchmill.train.events.EventWriter;

/**
 * What the event files of a run hold: where its images and histograms stand, the scores of evaluations, and when each step was done. Read
 * as they grow; of images and histograms only the places are kept. Safe for use by many threads.
 */
final class EventLog {

    private static final String SCORES = "validation/";
    private static final String STEPS = "train/loss";

    /** More of one name are hardly looked at one by one: every second is left out then. */
    private static final int MOST_PLACES = 400;

    private static final int MOST_NAMES = 4096;
    private static final int LARGEST_EVENT = 64 << 20;

    private final Path root;
    private final Path folder;
    private final Map<String, Long> read = new LinkedHashMap<>();
    private final Map<String, List<Place>> images = new TreeMap<>();
    private final Map<String, List<Place>> histograms = new TreeMap<>();
    private final Map<String, ThinnedSeries> scores = new TreeMap<>();
    private ThinnedSeries times = new ThinnedSeries();
    private long damaged;

    EventLog(Path root, Path folder) {
        this.root = root;
        this.folder = folder;
    }

    /** Where something stands. */
    record Place(long step, double seconds, String file, long offset, int length) {}

    /** Reads what is new. */
    synchronized void refresh() throws IOException {
        for (String name : names()) {
            RunFile file = new RunFile(root, folder, name);
            RunFile.Stamp stamp = file.stamp();
            long from = read.getOrDefault(name, 0L);
            if (stamp != null && stamp.size() > from) {
                read.put(name, from + read(file, from));
            }
        }
    }

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, EventWriter.PREFIX + "*")) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        Collections.sort(names);
        return names;
    }

    /** Reads whole events from a place on; returns how many bytes they take. */
    private long read(RunFile file, long from) throws IOException {
        SeekableByteChannel channel = file.open();
        channel.position(from);
        ReadOptions options = ReadOptions.defaults()
                .withCompression(Compression.NONE)
                .withMaxRecordBytes(LARGEST_EVENT)
                .withOnDamage(DamagePolicy.skip(Long.MAX_VALUE, this::damage));
        long end = 0;
        try (TfRecordReader records = TfRecordReader.of(channel, file.name(), options)) {
            for (ByteBuffer event = records.next(); event != null; event = records.next()) {
                end = records.end();
                try {
                    event(event, file.name(), from + records.offset());
                } catch (DataException e) {
                    damaged++;
                }
            }
        }
        return end;
    }

    /** The end of a file that grows may be half an event: it is read again later. */
    private void damage(DataException place) {
        if (place.kind() != DataException.Kind.TRUNCATED) {
            damaged++;
        }
    }

    private void event(ByteBuffer bytes, String file, long offset) throws DataException {
        WireReader event = new WireReader(bytes, file);
        double seconds = 0;
        long step = 0;
        ByteBuffer summary = null;
        while (event.next()) {
            if (event.field() == 1 && event.type() == WireReader.FIXED64) {
                seconds = event.number().getDouble();
            } else if (event.field() == 2 && event.type() == WireReader.VARINT) {
                step = event.varint();
            } else if (event.field() == 5 && event.type() == WireReader.BYTES) {
                summary = event.bytes();
            } else if (event.field() == 7) {
                event.skip();
                again(step);
            } else {
                event.skip();
            }
        }
        if (summary != null) {
            WireReader values = new WireReader(summary, file);
            while (values.next()) {
                if (values.field() == 1 && values.type() == WireReader.BYTES) {
                    value(values.bytes(), file, new Place(step, seconds, file, offset, bytes.limit()));
                } else {
                    values.skip();
                }
            }
        }
    }

    private void value(ByteBuffer bytes, String file, Place place) throws DataException {
        WireReader value = new WireReader(bytes, file);
        String tag = "";
        while (value.next()) {
            switch (value.field()) {
                case 1 -> tag = text(value.bytes());
                case 2 -> scalar(tag, value.number().getFloat(), place);
                case 4 -> {
                    value.skip();
                    add(images, tag, place);
                }
                case 5 -> {
                    value.skip();
                    add(histograms, tag, place);
                }
                default -> value.skip();
            }
        }
    }

    static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private void scalar(String tag, float value, Place place) {
        if (tag.equals(STEPS)) {
            times.add(place.step(), place.seconds());
        } else if (tag.startsWith(SCORES) && (scores.size() < MOST_NAMES || scores.containsKey(tag))) {
            scores.computeIfAbsent(tag.substring(SCORES.length()), name -> new ThinnedSeries())
                    .add(place.step(), value);
        }
    }

    private static void add(Map<String, List<Place>> places, String tag, Place place) {
        if (places.size() >= MOST_NAMES && !places.containsKey(tag)) {
            return;
        }
        List<Place> its = places.computeIfAbsent(tag, name -> new ArrayList<>());
        its.add(place);
        if (its.size() > MOST_PLACES) {
            List<Place> some = new ArrayList<>();
            for (int i = 1; i < its.size(); i += 2) {
                some.add(its.get(i));
            }
            if (!some.get(some.size() - 1).equals(place)) {
                some.add(place);
            }
            places.put(tag, some);
        }
    }

    /** A session begins at a step: what was said of it and of later ones is done again. */
    private void again(long step) {
        images.values().forEach(places -> places.removeIf(place -> place.step() >= step));
        histograms.values().forEach(places -> places.removeIf(place -> place.step() >= step));
        scores.values().forEach(series -> series.cut(step));
        times.cut(step);
    }

    synchronized Map<String, List<Place>> images() {
        return copy(images);
    }

    synchronized Map<String, List<Place>> histograms() {
        return copy(histograms);
    }

    private static Map<String, List<Place>> copy(Map<String, List<Place>> places) {
        Map<String, List<Place>> copy = new LinkedHashMap<>();
        places.forEach((tag, its) -> {
            if (!its.isEmpty()) {
                copy.put(tag, List.copyOf(its));
            }
        });
        return copy;
    }

    /** The scores of evaluations by name. */
    synchronized Map<String, ThinnedSeries> scores(int buckets) {
        Map<String, ThinnedSeries> copy = new LinkedHashMap<>();
        scores.forEach((name, series) -> copy.put(name, series.atMost(buckets)));
        return copy;
    }

    /** When steps were done, in seconds since 1970. */
    synchronized ThinnedSeries times(int buckets) {
        return times.atMost(buckets);
    }

    /** Events that could not be read. */
    synchronized long damaged() {
        return damaged;
    }

    /**
     * The bytes of a value's field: 4 is its image, 5 its histogram.
     *
     * @return null if they are not there
     */
    ByteBuffer field(Place place, String tag, int field) throws IOException {
        ByteBuffer event = ByteBuffer.allocate(place.length());
        try (SeekableByteChannel channel = new RunFile(root, folder, place.file()).open()) {
            // Behind the length and its checksum.
            channel.position(place.offset() + 12);
            while (event.hasRemaining() && channel.read(event) >= 0) {}
        }
        if (event.hasRemaining()) {
            return null;
        }
        WireReader reader = new WireReader(event.flip(), place.file());
        while (reader.next()) {
            if (reader.field() != 5) {
                reader.skip();
                continue;
            }
            WireReader values = new WireReader(reader.bytes(), place.file());
            while (values.next()) {
                ByteBuffer found =
                        values.field() == 1 ? fieldOf(values.bytes(), place.file(), tag, field) : skip(values);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static ByteBuffer skip(WireReader reader) throws DataException {
        reader.skip();
        return null;
    }

    private static ByteBuffer fieldOf(ByteBuffer bytes, String file, String tag, int field) throws DataException {
        WireReader value = new WireReader(bytes, file);
        boolean its = false;
        ByteBuffer found = null;
        while (value.next()) {
            if (value.field() == 1) {
                its = text(value.bytes()).equals(tag);
            } else if (value.field() == field && value.type() == WireReader.BYTES) {
                found = value.bytes();
            } else {
                value.skip();
            }
        }
        return its && found != null ? found.order(ByteOrder.LITTLE_ENDIAN) : null;
    }
}
