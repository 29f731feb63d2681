package org.batchmill.records;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The name of a sample, the same however the sample travels: the path inside its data set, {@code video#frame}, or {@code
 * topic/partition/offset/row}. Errors name it, training directly from a folder and from packed records are compared by it, and
 * it seeds the sample's augmentation, so that packing or splitting a data set does not change what a sample looks like.
 */
public record SampleId(String value) {

    public SampleId {
        Objects.requireNonNull(value, "value");
    }

    /** A file inside a data set; {@code relative} is relative to the data set's folder and is written with forward slashes. */
    public static SampleId ofFile(Path relative) {
        return new SampleId(relative.toString().replace('\\', '/'));
    }

    /** Frame {@code frame} (from 0) of a video. */
    public static SampleId ofFrame(String video, long frame) {
        return new SampleId(video + "#" + frame);
    }

    /** Row {@code row} (from 0) of the message at {@code offset}. */
    public static SampleId ofMessage(String topic, int partition, long offset, int row) {
        return new SampleId(topic + "/" + partition + "/" + offset + "/" + row);
    }

    /**
     * A 64-bit hash of the name, the same on every machine and in every version: FNV-1a over its UTF-16 code units, finished
     * with the murmur3 mixer so that near names differ in every bit.
     */
    public long hash() {
        long h = 0xcbf29ce484222325L;
        for (int i = 0; i < value.length(); i++) {
            h = (h ^ value.charAt(i)) * 0x100000001b3L;
        }
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }

    @Override
    public String toString() {
        return value;
    }
}
