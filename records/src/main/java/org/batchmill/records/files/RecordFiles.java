package org.batchmill.records.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.batchmill.records.BoxRules;
import org.batchmill.records.ClassNames;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.PartStarts;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.tfrecord.ReadOptions;

/**
 * The samples of one or several record files, TFRecord files of Examples or Arrow files, in any order. Plain files are read at any position; a
 * compressed one is first inflated into a temporary file, which {@link #close()} deletes. Safe for use by many threads.
 *
 * <p>An image that says nothing where other records of the files have lists of objects is one without objects, as it is for TensorFlow's
 * decoder. A sample's id is its {@code image/source_id}, or {@code FILE#RECORD} where it has none.
 */
public final class RecordFiles implements SampleSource.Indexed {

    /** Of so many records at equal distances one must have a list of objects, for the files to be ones of detection. */
    private static final long LOOKED_AT = 4096;

    private final List<Shard> shards = new ArrayList<>();
    private final PartStarts starts = new PartStarts();
    private final SampleExamples examples;
    private final List<String> given;
    private List<String> found;
    private Boolean detection;

    private RecordFiles(List<String> classes, BoxRules rules) {
        this.given = List.copyOf(classes);
        this.examples = new SampleExamples(given, rules);
    }

    /**
     * Opens files, in the order given.
     *
     * @param files   at least one
     * @param options limits, and what happens to a damaged framing; damage inside a record is thrown when it is read
     * @param classes in label order; empty to look for a {@code dataset.json} beside the first file, and where there is none,
     *                to take the names from the labels, in alphabetical order
     * @param rules   check the boxes
     */
    public static RecordFiles open(List<Path> files, ReadOptions options, List<String> classes, BoxRules rules)
            throws IOException {
        if (files.isEmpty()) {
            throw new UsageException("no record files are given");
        }
        List<String> known = classes.isEmpty() ? DataSetJson.classesBeside(files.get(0)) : classes;
        RecordFiles source = new RecordFiles(known, rules);
        try {
            for (Path file : files) {
                source.add(Shard.open(file, source.examples, rules, options));
            }
            return source;
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** Opens files with the default options; all classes are allowed. */
    public static RecordFiles open(List<Path> files) throws IOException {
        return open(files, ReadOptions.defaults(), List.of(), new BoxRules(List.of()));
    }

    private void add(Shard shard) {
        shards.add(shard);
        starts.add(shard.size());
    }

    /**
     * {@inheritDoc}
     *
     * <p>Where nobody gave them, the first call reads the labels of all records; damaged ones are passed over here, since {@link
     * #read} throws for them.
     */
    @Override
    public synchronized List<String> classes() {
        if (found == null) {
            found = declaredClasses();
            if (found.isEmpty()) {
                found = scanClasses();
            }
        }
        return found;
    }

    @Override
    public List<String> declaredClasses() {
        return given.isEmpty() ? shards.get(0).classes() : given;
    }

    private List<String> scanClasses() {
        return ClassNames.inOrder(LongStream.range(0, size())
                .parallel()
                .mapToObj(this::classNames)
                .flatMap(List::stream)
                .collect(Collectors.toSet()));
    }

    private List<String> classNames(long index) {
        int shard = starts.partOf(index);
        try {
            return shards.get(shard).classNames((int) (index - starts.start(shard)));
        } catch (DataException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long size() {
        return starts.size();
    }

    @Override
    public Sample read(long index) throws IOException {
        int shard = starts.partOf(index);
        Sample sample = shards.get(shard).read((int) (index - starts.start(shard)));
        boolean background = sample.labels() instanceof Labels.Unlabelled
                && !(sample.content() instanceof Content.Features)
                && isOfDetection();
        return background ? new Sample(sample.id(), sample.content(), new Labels.Boxes(List.of())) : sample;
    }

    @Override
    public void soon(long index) {
        int shard = starts.partOf(index);
        shards.get(shard).soon((int) (index - starts.start(shard)));
    }

    private synchronized boolean isOfDetection() throws IOException {
        if (detection == null) {
            long looked = Math.min(size(), LOOKED_AT);
            try {
                detection = LongStream.range(0, looked).anyMatch(i -> hasObjects(i * size() / looked));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return detection;
    }

    private boolean hasObjects(long index) {
        int shard = starts.partOf(index);
        try {
            return shards.get(shard).hasObjects((int) (index - starts.start(shard)));
        } catch (DataException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Shard shard : shards) {
            shard.close();
        }
    }
}
