package org.batchmill.train.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.batchmill.batches.Batch;
import org.batchmill.batches.ImageMapping;
import org.batchmill.queues.pipeline.RowShare;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleId;

/** The rows of a rank, of batches that lie in memory whole. */
record RankBatches(BatchStream whole, RowShare share) implements BatchStream {

    @Override
    public Batch next() throws IOException, InterruptedException {
        Batch batch = whole.next();
        if (batch == null) {
            return null;
        }
        int[] rows = IntStream.range(share.from(), Math.min(share.to(), batch.size()))
                .toArray();
        return new Part(batch, new ChosenRows(batch, rows), share.from());
    }

    @Override
    public String state() {
        return whole.state();
    }

    @Override
    public void close() throws IOException {
        whole.close();
    }

    private record Part(Batch whole, ChosenRows rows, int firstRow) implements Batch {

        @Override
        public int totalRows() {
            return whole.size();
        }

        @Override
        public int size() {
            return rows.size();
        }

        @Override
        public int capacity() {
            return rows.capacity();
        }

        @Override
        public int height() {
            return rows.height();
        }

        @Override
        public int width() {
            return rows.width();
        }

        @Override
        public int channels() {
            return rows.channels();
        }

        @Override
        public Format format() {
            return rows.format();
        }

        @Override
        public ByteBuffer pixels() {
            return rows.pixels();
        }

        @Override
        public SampleId id(int row) {
            return rows.id(row);
        }

        @Override
        public Labels labels(int row) {
            return rows.labels(row);
        }

        @Override
        public List<Labels> labels() {
            return rows.labels();
        }

        @Override
        public ImageMapping mapping(int row) {
            return rows.mapping(row);
        }

        @Override
        public void close() {
            whole.close();
        }
    }
}
