package org.batchmill.ingest.packing;

import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import org.apache.beam.sdk.coders.CustomCoder;

/** How the pipeline's elements travel between machines: the binary form that each defines itself, the same in every run. */
final class ElementCoder<T> extends CustomCoder<T> {

    private static final long serialVersionUID = 1L;

    /** Writes an element. */
    interface Writer<T> extends Serializable {
        void write(T element, DataOutput out) throws IOException;
    }

    /** Reads an element. */
    interface Reader<T> extends Serializable {
        T read(DataInput in) throws IOException;
    }

    static final ElementCoder<SampleRange> RANGE = new ElementCoder<>(SampleRange::writeTo, SampleRange::readFrom);
    static final ElementCoder<CheckedRange> CHECKED = new ElementCoder<>(CheckedRange::writeTo, CheckedRange::readFrom);
    static final ElementCoder<ShardPlan> PLAN = new ElementCoder<>(ShardPlan::writeTo, ShardPlan::readFrom);

    private final Writer<T> writer;
    private final Reader<T> reader;

    private ElementCoder(Writer<T> writer, Reader<T> reader) {
        this.writer = writer;
        this.reader = reader;
    }

    @Override
    public void encode(T element, OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        writer.write(element, data);
        data.flush();
    }

    @Override
    public T decode(InputStream in) throws IOException {
        return reader.read(new DataInputStream(in));
    }

    /** None is ever a key. */
    @Override
    public void verifyDeterministic() {}
}
