package org.batchmill.ingest.packing;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import org.batchmill.records.DataException;

/**
 * A sample, or a damaged place of a record file, that could not be packed.
 *
 * @param kind   what is wrong with it
 * @param where  its file and the place in it
 * @param reason the cause
 */
public record BadSample(DataException.Kind kind, String where, String reason) implements Serializable {

    static BadSample of(DataException e) {
        return new BadSample(e.kind(), e.where(), e.reason());
    }

    DataException toException() {
        return new DataException(kind, where, reason);
    }

    /** One line, as errors are written. */
    @Override
    public String toString() {
        return toException().getMessage();
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeUTF(kind.name());
        Text.write(out, where);
        Text.write(out, reason);
    }

    static BadSample readFrom(DataInput in) throws IOException {
        return new BadSample(DataException.Kind.valueOf(in.readUTF()), Text.read(in), Text.read(in));
    }
}
