package org.batchmill.ingest.packing;

import java.io.Serializable;

/**
 * A run of frames of one video that becomes one shard, or, in a preprocessing run, one video or one folder of frames.
 *
 * @param video the video
 * @param from  first frame
 * @param to    frame behind the last
 * @param split the part of the data set, empty where there are none
 * @param shard the file's name
 */
record VideoPart(String video, int from, int to, String split, String shard) implements Serializable {}
