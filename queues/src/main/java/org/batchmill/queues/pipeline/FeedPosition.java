package org.batchmill.queues.pipeline;

/** The part of a {@link PipelineState} that the feed knows; its components are described there. */
record FeedPosition(long epoch, long offset, long window, String position, String origin) {

    static final FeedPosition BEGIN = new FeedPosition(0, 0, 0, "", "");
}
