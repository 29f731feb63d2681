package org.batchmill.video;

/**
 * Where a reader is to go on: each seek makes a new one, and everything that still travels for an older one is dropped.
 *
 * @param generation counts seeks
 * @param index      null when reading from the beginning without one
 * @param packet     the key packet at which decoding starts
 * @param frame      the first frame that is handed out
 */
record SeekPosition(int generation, PacketIndex index, int packet, long frame) {
    static final SeekPosition BEGINNING = new SeekPosition(0, null, 0, 0);

    boolean isSameAs(SeekPosition other) {
        return generation == other.generation;
    }
}
