package org.batchmill.ingest.packing;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What one shard will hold.
 *
 * @param split   its split
 * @param shard   its number in the split, from 0
 * @param shards  how many the split has
 * @param classes of the data set, in label order
 * @param samples in the order in which they are written
 */
record ShardPlan(int split, int shard, int shards, List<String> classes, List<CheckedSample> samples) {

    /** Where a shard begins among the samples of its split. */
    static long start(long samples, int shard, int shards) {
        return samples * shard / shards;
    }

    /** SHA-256 of all that it says, in hex: shards of equal digests hold the same bytes. */
    String digest() {
        MessageDigest digest = ContentHash.sha256();
        try (DataOutputStream out =
                new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
            writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException(e); // nothing is written anywhere
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(split);
        out.writeInt(shard);
        out.writeInt(shards);
        out.writeInt(classes.size());
        for (String name : classes) {
            Text.write(out, name);
        }
        out.writeInt(samples.size());
        for (CheckedSample sample : samples) {
            sample.writeTo(out);
        }
    }

    static ShardPlan readFrom(DataInput in) throws IOException {
        int split = in.readInt();
        int shard = in.readInt();
        int shards = in.readInt();
        int classCount = in.readInt();
        List<String> classes = new ArrayList<>(Text.expected(classCount));
        for (int i = 0; i < classCount; i++) {
            classes.add(Text.read(in));
        }
        int count = in.readInt();
        List<CheckedSample> samples = new ArrayList<>(Text.expected(count));
        for (int i = 0; i < count; i++) {
            samples.add(CheckedSample.readFrom(in));
        }
        return new ShardPlan(split, shard, shards, classes, samples);
    }
}
