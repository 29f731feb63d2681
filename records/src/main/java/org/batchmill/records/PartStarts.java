package org.batchmill.records;

import java.util.Arrays;

/**
 * Where the parts of a whole begin when they are counted through: the files of a data set, the batches of a file. Parts are added
 * by one thread; finding them afterwards is safe for many.
 */
public final class PartStarts {

    private long[] starts = new long[16];
    private int parts;
    private long size;

    /** Adds a part of that size behind the last; it may be empty. */
    public void add(long partSize) {
        if (parts == starts.length) {
            starts = Arrays.copyOf(starts, 2 * parts);
        }
        starts[parts++] = size;
        size += partSize;
    }

    /** The size of all parts together. */
    public long size() {
        return size;
    }

    /** The place, in the whole, of the first element of a part. */
    public long start(int part) {
        return starts[part];
    }

    /**
     * The part that holds the element at a place of the whole.
     *
     * @throws IndexOutOfBoundsException if there is no such place
     */
    public int partOf(long index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("sample " + index + " of " + size);
        }
        int found = Arrays.binarySearch(starts, 0, parts, index);
        int part = found >= 0 ? found : -found - 2;
        while (part + 1 < parts && starts[part + 1] == index) {
            part++; // empty parts begin where the next one does
        }
        return part;
    }
}
