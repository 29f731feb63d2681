package org.batchmill.jobs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.pixels.Picture;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/**
 * Successive frames of a drive as one sample: the pictures one below the other, the oldest first, under the name and the label of the
 * last. Stretched to a network's size such a picture lies in memory as a sequence does. Frames follow one another by the numbers in their
 * names, {@code video#frame}, wherever they lie; names without numbers follow one another as the source has them. Frames without enough
 * of the same drive before them make no sample. Closing it leaves the source open. Safe for use by many threads.
 */
final class FrameSequences implements SampleSource.Indexed {

    private static final int CHANNELS = 3;

    private final Indexed source;
    private final int[][] sequences;
    private final BufferAllocator allocator = new RootAllocator();
    private final ImageDecoder decoder = new ImageDecoder(allocator);

    private FrameSequences(Indexed source, int[][] sequences) {
        this.source = source;
        this.sequences = sequences;
    }

    /**
     * Reads every sample once, for its name.
     *
     * @param length frames in a sequence
     * @throws DataException if not one sequence is there
     */
    static FrameSequences of(Indexed source, int length) throws IOException {
        Map<String, Integer> places = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < source.size(); i++) {
            String name = source.read(i).id().value();
            names.add(name);
            places.put(name, i);
        }
        List<int[]> sequences = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            int[] sequence = sequence(names, places, i, length);
            if (sequence != null) {
                sequences.add(sequence);
            }
        }
        if (sequences.isEmpty()) {
            throw new DataException(
                    Kind.MISSING, "the samples", "no " + length + " of them are successive frames of one drive");
        }
        return new FrameSequences(source, sequences.toArray(int[][]::new));
    }

    /** The places of the frames that end with this one; null if some are missing. */
    private static int[] sequence(List<String> names, Map<String, Integer> places, int last, int length) {
        String name = names.get(last);
        int hash = name.lastIndexOf('#');
        boolean numbered = hash >= 0 && name.substring(hash + 1).matches("\\d{1,18}");
        int[] sequence = new int[length];
        for (int back = 0; back < length; back++) {
            Integer place = last - back;
            if (numbered) {
                long frame = Long.parseLong(name.substring(hash + 1)) - back;
                place = places.get(name.substring(0, hash + 1) + frame);
            }
            if (place == null || place < 0) {
                return null;
            }
            sequence[length - 1 - back] = place;
        }
        return sequence;
    }

    @Override
    public List<String> classes() {
        return source.classes();
    }

    @Override
    public long size() {
        return sequences.length;
    }

    @Override
    public Sample read(long index) throws IOException {
        int[] sequence = sequences[(int) index];
        ByteBuffer pixels = null;
        int height = 0;
        int width = 0;
        Sample last = null;
        for (int frame : sequence) {
            last = source.read(frame);
            try (Picture picture = decode(last)) {
                if (pixels == null) {
                    height = picture.height();
                    width = picture.width();
                    pixels = ByteBuffer.allocate(sequence.length * height * width * CHANNELS);
                } else if (picture.height() != height || picture.width() != width) {
                    throw new DataException(
                            Kind.BAD_ANNOTATION,
                            last.id().value(),
                            "is " + picture.width() + " x " + picture.height() + ", the frames before are " + width
                                    + " x " + height);
                }
                pixels.put(picture.pixels());
            }
        }
        Content content = new Content.RawImage(pixels.flip(), height * sequence.length, width, CHANNELS);
        return new Sample(last.id(), content, last.labels());
    }

    private Picture decode(Sample sample) throws IOException {
        String where = sample.id().value();
        if (sample.content() instanceof Content.EncodedImage image) {
            return decoder.decode(image.bytes(), where, CHANNELS);
        }
        if (sample.content() instanceof Content.RawImage raw) {
            return decoder.copy(raw, CHANNELS, where);
        }
        throw new DataException(Kind.UNSUPPORTED, where, "is no picture");
    }

    @Override
    public void close() {
        decoder.close();
        allocator.close();
    }
}
