package org.batchmill.train.darknet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.train.golden.FormulaWeights;

/** The weights of the tiny network that the reference program was run with, tensor by tensor in the order of a 2015 file. */
record RecordedStream(List<Tensor> tensors) {

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Tensor(
            String name,
            String kind,
            int fanIn,
            long start,
            int size,
            float[] first,
            float last,
            double l2,
            double mean) {

        float value(int index) {
            return kind.equals("weights")
                    ? FormulaWeights.weight(start + index, fanIn)
                    : FormulaWeights.bias(start + index);
        }

        /** From the canonical layout to the order of the stream, where dense weights are [in][out]. */
        float[] inStreamOrder(float[] canonical) {
            if (!name.startsWith("dense") || !name.endsWith("weights")) {
                return canonical;
            }
            int outputs = size / fanIn;
            float[] stream = new float[size];
            for (int out = 0; out < outputs; out++) {
                for (int in = 0; in < fanIn; in++) {
                    stream[in * outputs + out] = canonical[out * fanIn + in];
                }
            }
            return stream;
        }
    }

    static RecordedStream load() throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                RecordedStream.class.getResourceAsStream("tiny-yolo-v1-stream.csv"), StandardCharsets.UTF_8))) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(",", -1);
                float[] first = new float[4];
                for (int i = 0; i < 4; i++) {
                    first[i] = Float.parseFloat(words[5 + i]);
                }
                tensors.add(new Tensor(
                        words[0],
                        words[1],
                        Integer.parseInt(words[2]),
                        Long.parseLong(words[3]),
                        Integer.parseInt(words[4]),
                        first,
                        Float.parseFloat(words[9]),
                        Double.parseDouble(words[10]),
                        Double.parseDouble(words[11])));
            }
        }
        return new RecordedStream(tensors);
    }

    /** Writes the file byte by byte as the format says, without the code under test. */
    void write2015File(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(16)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(1e-4f)
                    .putFloat(.9f)
                    .putFloat(5e-4f)
                    .putInt(0)
                    .flip());
            for (Tensor tensor : tensors) {
                ByteBuffer bytes = ByteBuffer.allocate(tensor.size() * 4).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < tensor.size(); i++) {
                    bytes.putFloat(tensor.value(i));
                }
                bytes.flip();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        }
    }
}
