package org.batchmill.ingest.packing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.CustomCoder;

/** How ranges travel between workers, the same in every run. */
final class SampleRangeCoder extends CustomCoder<SampleRange> {

    private static final long serialVersionUID = 1L;

    @Override
    public void encode(SampleRange range, OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        range.writeTo(data);
        data.flush();
    }

    @Override
    public SampleRange decode(InputStream in) throws IOException {
        return SampleRange.readFrom(new DataInputStream(in));
    }

    @Override
    public void verifyDeterministic() {}
}
