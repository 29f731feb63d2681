package org.batchmill.records;

import java.io.IOException;
import java.util.List;

/**
 * Where samples come from. A source owns its files and connections and frees them in {@link #close()}.
 *
 * <p>Bad data is reported as {@link DataException}, one call at a time: after it the source stays usable, so that the caller's
 * error policy decides whether the sample is skipped.
 */
public sealed interface SampleSource extends AutoCloseable {

    /**
     * The names of the classes in label order, or an empty list where the source does not know them. Where nobody declares them the first
     * call may read the labels of all samples.
     */
    List<String> classes();

    /** The names of the classes where they are declared, without looking at labels; else an empty list. */
    default List<String> declaredClasses() {
        return classes();
    }

    /** What a user should hear of this data before anything is done with it, a line each: what is passed over, or could be read in two ways. */
    default List<String> notices() {
        return List.of();
    }

    @Override
    void close() throws IOException;

    /** Calls the method of this kind of source. */
    <R> R accept(Visitor<R> visitor);

    /** What is done with each kind of source. */
    interface Visitor<R> {
        R indexed(Indexed source);

        R stream(Stream source);
    }

    /** The name of a sample and what is known of it. */
    record Described(SampleId id, Labels labels) {}

    /** Samples that can be read in any order. Safe for use by many threads at once. */
    non-sealed interface Indexed extends SampleSource {

        /** How many samples there are. */
        long size();

        /**
         * Reads one sample.
         *
         * @param index from 0 to {@code size() - 1}
         * @throws DataException if this sample is damaged
         * @throws IOException   if reading failed
         */
        Sample read(long index) throws IOException;

        /**
         * Hears that one sample will be read soon, in this order: a source of files that lie far away has them fetched meanwhile. Nothing
         * is waited for, and nothing fails.
         *
         * @param index from 0 to {@code size() - 1}
         */
        default void soon(long index) {}

        /**
         * Reads what is known of one sample; a source that can leaves the sample's content alone.
         *
         * @param index from 0 to {@code size() - 1}
         * @throws DataException if this sample is damaged, as far as that was looked at
         * @throws IOException   if reading failed
         */
        default Labels labels(long index) throws IOException {
            return read(index).labels();
        }

        /**
         * Reads all of one sample but its content. Where that may be missing or damaged it is read too; a source that makes it, as drawn ones do,
         * leaves it alone.
         *
         * @param index from 0 to {@code size() - 1}
         * @throws DataException if this sample is damaged
         * @throws IOException   if reading failed
         */
        default Described describe(long index) throws IOException {
            Sample sample = read(index);
            return new Described(sample.id(), sample.labels());
        }

        @Override
        default <R> R accept(Visitor<R> visitor) {
            return visitor.indexed(this);
        }
    }

    /** Samples in the order in which they come. Used by one thread at a time. */
    non-sealed interface Stream extends SampleSource {

        /**
         * Waits for the next sample.
         *
         * @return the sample, or null at the end of a stream that ends
         * @throws DataException if the next sample is damaged; the stream stands behind it
         */
        Sample next() throws IOException, InterruptedException;

        /** The position behind the last sample returned, as a small opaque value that {@link #seek} takes back. */
        String position();

        /** Goes to a position that {@link #position()} of an equal source gave. */
        void seek(String position) throws IOException;

        @Override
        default <R> R accept(Visitor<R> visitor) {
            return visitor.stream(this);
        }
    }
}
