package org.batchmill.ingest.packing;

import java.io.Serializable;

/**
 * A run of frames of one video that becomes one shard.
 *
 * @param video the film
 * @param from  first frame
 * @param to    frame behind the last
 * @param shard the file's name
 */
record VideoPart(String video, int from, int to, String shard) implements Serializable {}
