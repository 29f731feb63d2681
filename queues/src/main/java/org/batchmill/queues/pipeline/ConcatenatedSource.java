package org.batchmill.queues.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Sources one after the other, found by binary search over their first indices. */
final class ConcatenatedSource<T> implements IndexedSource<T> {

    private final List<IndexedSource<? extends T>> sources;
    private final long[] starts;
    private final long size;

    ConcatenatedSource(List<IndexedSource<? extends T>> sources) {
        this.sources = sources;
        this.starts = new long[sources.size()];
        long total = 0;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = total;
            total += sources.get(i).size();
        }
        this.size = total;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public T read(long index) throws Exception {
        int source = sourceOf(index);
        return sources.get(source).read(index - starts[source]);
    }

    @Override
    public void soon(long index) {
        int source = sourceOf(index);
        sources.get(source).soon(index - starts[source]);
    }

    @Override
    public String name(long index) {
        int source = sourceOf(index);
        return sources.get(source).name(index - starts[source]);
    }

    private int sourceOf(long index) {
        Objects.checkIndex(index, size);
        int found = Arrays.binarySearch(starts, index);
        int source = found >= 0 ? found : -found - 2;
        while (index - starts[source] >= sources.get(source).size()) {
            source++; // an empty source begins where the next does
        }
        return source;
    }
}
