package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.Storage;

/**
 * The Udacity simulator's {@code driving_log.csv}, for writing; {@link AnnotatedFolder} reads it with its images. Immutable.
 *
 * @param rows in the order of driving
 */
public record UdacityLog(List<Row> rows) {

    public UdacityLog {
        rows = List.copyOf(rows);
    }

    /**
     * One moment. Images are paths relative to the log's folder, with forward slashes.
     *
     * @param center   the image of the camera in the middle
     * @param left     that of the left one; may be empty
     * @param right    that of the right one; may be empty
     * @param steering -1 (left) to 1 (right)
     * @param throttle 0 to 1
     * @param brake    0 to 1
     * @param speed    in miles an hour
     */
    public record Row(
            String center, String left, String right, float steering, float throttle, float brake, float speed) {}

    /**
     * Writes the log with a line of names, atomically.
     *
     * @throws UsageException if the name of an image cannot stand in a line of the log
     */
    public void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder("center,left,right,steering,throttle,brake,speed\n");
        for (Row row : rows) {
            for (String image : List.of(row.center, row.left, row.right)) {
                if (image.matches("(?s).*[,\"\\r\\n].*")) {
                    throw new UsageException(
                            file + ": the name " + image.strip() + " holds a comma, a quote or a line break");
                }
                text.append(image).append(',');
            }
            text.append(row.steering)
                    .append(',')
                    .append(row.throttle)
                    .append(',')
                    .append(row.brake)
                    .append(',')
                    .append(row.speed)
                    .append('\n');
        }
        Storage.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
