package org.batchmill.jobs.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.batchmill.augment.Batch;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;

/**
 * SHA-256 over batches in order: of each its number of rows and its pixels, then of each row its name and its labels. Numbers are
 * big-endian, texts are UTF-8 behind their length.
 */
final class BatchDigest {

    private final MessageDigest sha;
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
            add(batch.labels(row));
        }
    }

    private void add(Labels labels) {
        add(labels.getClass().getSimpleName());
        if (labels instanceof Labels.Boxes boxes) {
            add(boxes.boxes().size());
            boxes.boxes().forEach(this::add);
        } else if (labels instanceof Labels.ClassLabel label) {
            add(label.className());
        } else if (labels instanceof Labels.Steering steering) {
            add(Float.floatToIntBits(steering.angle()));
        } else if (labels instanceof Labels.Targets targets) {
            for (float value : targets.values()) {
                add(Float.floatToIntBits(value));
            }
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
