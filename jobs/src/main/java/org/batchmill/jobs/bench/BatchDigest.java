package org.batchmill.jobs.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.batchmill.batches.Batch;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;

/**
 * SHA-256 over batches in order: of each its number of rows and its pixels, then of each row its name and its labels. Numbers are
 * big-endian, texts are UTF-8 behind their length.
 */
final class BatchDigest {

    private final MessageDigest sha;
    private final LabelsDigest labels = new LabelsDigest();
    private final ByteBuffer numbers = ByteBuffer.allocate(4 * Float.BYTES + 2);

    BatchDigest() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    void add(Batch batch) {
        add(batch.size());
        sha.update(batch.pixels());
        for (int row = 0; row < batch.size(); row++) {
            add(batch.id(row).value());
            batch.labels(row).accept(labels);
        }
    }

    /** Adds the name of their kind, then what they say. */
    private final class LabelsDigest implements Labels.Visitor<Void, RuntimeException> {

        @Override
        public Void unlabelled(Labels.Unlabelled none) {
            add("Unlabelled");
            return null;
        }

        @Override
        public Void boxes(Labels.Boxes objects) {
            add("Boxes");
            add(objects.boxes().size());
            objects.boxes().forEach(BatchDigest.this::add);
            return null;
        }

        @Override
        public Void classLabel(Labels.ClassLabel label) {
            add("ClassLabel");
            add(label.className());
            return null;
        }

        @Override
        public Void own(Labels.Own labels) {
            add("Own");
            add(labels.value().toString());
            return null;
        }

        @Override
        public Void mixedClasses(Labels.MixedClasses labels) {
            add("MixedClasses");
            add(labels.className());
            add(labels.other());
            add(Float.floatToIntBits(labels.share()));
            return null;
        }

        @Override
        public Void steering(Labels.Steering label) {
            add("Steering");
            add(Float.floatToIntBits(label.angle()));
            return null;
        }

        @Override
        public Void targets(Labels.Targets numbers) {
            add("Targets");
            for (float value : numbers.values()) {
                add(Float.floatToIntBits(value));
            }
            return null;
        }
    }

    private void add(Box box) {
        add(box.className());
        numbers.clear()
                .putFloat(box.xmin())
                .putFloat(box.ymin())
                .putFloat(box.xmax())
                .putFloat(box.ymax())
                .put((byte) (box.difficult() ? 1 : 0))
                .put((byte) ((box.truncated() ? 1 : 0) | (box.crowd() ? 2 : 0)));
        sha.update(numbers.flip());
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(bytes.length);
        sha.update(bytes);
    }

    private void add(int number) {
        numbers.clear().putInt(number);
        sha.update(numbers.flip());
    }

    String hex() {
        return HexFormat.of().formatHex(sha.digest());
    }
}
