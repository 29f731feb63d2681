package org.batchmill.ingest.packing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.batchmill.records.DataException;
import org.batchmill.records.ImageSize;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/**
 * Reads every sample of a range and checks it, so that nothing is seen of shards before all is known to be good. What it finds goes into the
 * journal; ranges that the journal holds are not checked again. Where a group of ranges is a shard it is written meanwhile.
 */
final class CheckSamples extends DoFn<KV<Integer, Iterable<SampleRange>>, KV<Integer, SampleRange>> {

    private static final long serialVersionUID = 1L;

    /** The one key under which all ranges meet. */
    private static final int ALL = 0;

    /** Samples of which the source hears before they are read. */
    private static final int AHEAD = 32;

    private final PackSpec spec;
    private transient WorkerShare share;
    private transient ImageCheck images;

    CheckSamples(PackSpec spec) {
        this.spec = spec;
    }

    @Setup
    public void setUp() throws IOException {
        share = WorkerShare.lease(spec);
        images = new ImageCheck();
    }

    @ProcessElement
    public void check(@Element KV<Integer, Iterable<SampleRange>> group, OutputReceiver<KV<Integer, SampleRange>> out)
            throws IOException, InterruptedException {
        List<SampleRange> ranges = new ArrayList<>();
        group.getValue().forEach(ranges::add);
        ranges.sort(SampleRange.IN_ORDER);
        share.gate.pass(() -> {
            try (ShardAhead ahead = new ShardAhead(spec, share, group.getKey())) {
                for (SampleRange range : ranges) {
                    check(range, ahead);
                    out.output(KV.of(ALL, range));
                }
                ahead.finish();
            }
        });
    }

    private void check(SampleRange range, ShardAhead ahead) throws IOException {
        Journal journal = spec.journal();
        Optional<CheckedRange> earlier = journal.checked(range);
        if (earlier.isPresent()) {
            share.checked.add(range.count());
            share.bad.add(earlier.get().bad().size());
            ahead.giveUp();
        } else {
            journal.add(checkAll(range, ahead));
        }
    }

    private CheckedRange checkAll(SampleRange range, ShardAhead ahead) throws IOException {
        SampleSource.Indexed source = share.list(range.list());
        ReadingOrder order = share.order();
        List<CheckedSample> samples = new ArrayList<>(range.count());
        List<CheckedRange.Bad> bad = new ArrayList<>();
        BoxCounts boxes = BoxCounts.NONE;
        List<SortedMap<String, Long>> objects = new ArrayList<>();
        spec.splits().forEach(split -> objects.add(new TreeMap<>()));
        long end = range.first() + range.count();
        for (long place = range.first(); place < Math.min(end, range.first() + AHEAD); place++) {
            source.soon(order.index(range.list(), place));
        }
        for (long place = range.first(); place < end; place++) {
            share.gate.checkGoing();
            if (place + AHEAD < end) {
                source.soon(order.index(range.list(), place + AHEAD));
            }
            long index = order.index(range.list(), place);
            try {
                share.boxes().take();
                Sample sample = source.read(index);
                CheckedSample checked = check(range.list(), index, sample);
                count(sample.labels(), objects.get(checked.split()));
                samples.add(checked);
                boxes = boxes.plus(share.boxes().take());
                ahead.add(sample, checked);
            } catch (DataException e) {
                if (!spec.options().errors().skips()) {
                    throw e;
                }
                bad.add(new CheckedRange.Bad(range.list(), index, BadSample.of(e)));
                share.bad.increment();
            }
            share.checked.increment();
        }
        return new CheckedRange(range, samples, bad, boxes, objects);
    }

    private CheckedSample check(int list, long index, Sample sample) throws DataException {
        ImageSize size = images.check(sample);
        return new CheckedSample(
                list,
                index,
                spec.split(list, sample.content()),
                CheckedSample.shuffleKey(sample.id(), spec.options().seed()),
                ContentHash.checksum(sample.content()),
                Math.toIntExact(sample.content().byteCount()),
                size.width(),
                size.height());
    }

    private static void count(Labels labels, SortedMap<String, Long> objects) {
        labels.classNames().forEach(name -> objects.merge(name, 1L, Long::sum));
    }

    @Teardown
    public void tearDown() throws IOException {
        images.close();
        share.close();
    }
}
