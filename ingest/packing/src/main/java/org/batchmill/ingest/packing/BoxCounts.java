package org.batchmill.ingest.packing;

/**
 * What the rules did to boxes.
 *
 * @param dropped boxes without area, left out
 * @param clipped boxes that reached up to a pixel beyond their image
 */
public record BoxCounts(long dropped, long clipped) {

    /** Nothing was done. */
    public static final BoxCounts NONE = new BoxCounts(0, 0);

    BoxCounts plus(BoxCounts other) {
        return new BoxCounts(dropped + other.dropped, clipped + other.clipped);
    }
}
