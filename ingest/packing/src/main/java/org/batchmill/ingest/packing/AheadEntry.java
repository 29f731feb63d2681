package org.batchmill.ingest.packing;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A shard that was written while its samples were checked.
 *
 * @param plan  the digest of the plan that it was written by
 * @param shard its file
 */
record AheadEntry(String plan, PackedShard shard) {

    void writeTo(DataOutput out) throws IOException {
        Text.write(out, plan);
        Text.write(out, shard.file());
        Text.write(out, shard.split());
        out.writeLong(shard.records());
        out.writeLong(shard.bytes());
        Text.write(out, shard.sha256());
    }

    static AheadEntry readFrom(DataInput in) throws IOException {
        return new AheadEntry(
                Text.read(in),
                new PackedShard(Text.read(in), Text.read(in), in.readLong(), in.readLong(), Text.read(in)));
    }
}
