package org.batchmill.queues.pipeline;

/**
 * Hears what a pipeline does. {@link #onSkipped} and {@link #onWarning} are called in the order of the elements, by one thread at a
 * time; spans and counters by many threads at once, and only if {@link #traces()}. An exception thrown here ends the pipeline.
 */
public interface PipelineListener {

    /**
     * An element was left out.
     *
     * @param name  of the element
     * @param draw  its place
     * @param cause why it could not be read or decoded
     */
    default void onSkipped(String name, Draw draw, Exception cause) {}

    /** Something that the user should change: a shuffle window too small for the order of the data. */
    default void onWarning(String message) {}

    /** Whether spans and counters are wanted; asked once. */
    default boolean traces() {
        return false;
    }

    /**
     * A piece of work of the calling thread.
     *
     * @param name     {@code read}, {@code decode}, {@code write}, {@code seal} or {@code wait}
     * @param from     {@link System#nanoTime()} at its begin
     * @param to       the same at its end
     * @param sequence of the element, or of the batch for {@code seal} and {@code wait}
     */
    default void onSpan(String name, long from, long to, long sequence) {}

    /**
     * A figure that changed.
     *
     * @param name {@code batches ready} or {@code elements in flight}
     * @param at   {@link System#nanoTime()}
     */
    default void onCounter(String name, long at, long value) {}
}
