package org.batchmill.queues.pipeline;

/**
 * Where the feed of a pipeline stands: the part of a {@link PipelineState} that says which element is drawn next.
 *
 * @param epoch    the epoch of the next draw, or the one that ends here
 * @param offset   draws of that epoch that lie behind; of a stream: draws of the window
 * @param window   of a stream: the number of the window in its epoch, else 0
 * @param position of a stream: its position before the window, else empty
 * @param origin   of a stream: the position where each epoch begins, else empty
 */
public record FeedPosition(long epoch, long offset, long window, String position, String origin) {

    static final FeedPosition BEGIN = new FeedPosition(0, 0, 0, "", "");
}
