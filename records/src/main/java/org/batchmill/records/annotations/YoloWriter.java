package org.batchmill.records.annotations;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchmill.records.Box;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.Storage;

/**
 * Writes YOLO's text files and {@code data.yaml}, each atomically. Whether a box is difficult or truncated cannot be said in this
 * format. Stateless.
 */
public final class YoloWriter {

    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER));

    private YoloWriter() {}

    /**
     * Writes the objects of one image. Crowds are left out: the format has nothing but objects.
     *
     * @param file    {@code labels/NAME.txt} for {@code images/NAME.jpg}
     * @param classes the names in the order of {@code data.yaml}
     * @throws UsageException if a box is of another class
     */
    public static void writeText(Path file, List<Box> boxes, List<String> classes) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Box box : boxes) {
            if (box.crowd()) {
                continue;
            }
            double xmin = box.xmin();
            double ymin = box.ymin();
            text.append(ClassNumbers.of(box, classes))
                    .append(' ')
                    .append((xmin + box.xmax()) / 2)
                    .append(' ')
                    .append((ymin + box.ymax()) / 2)
                    .append(' ')
                    .append(box.xmax() - xmin)
                    .append(' ')
                    .append(box.ymax() - ymin)
                    .append('\n');
        }
        Storage.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes the description of a data set.
     *
     * @param file    {@code data.yaml} in the data set's folder
     * @param classes in label order
     * @param lists   the folder of images, relative to the data set's, by list: {@code train}, {@code val}, {@code test}
     */
    public static void writeDataYaml(Path file, List<String> classes, Map<String, String> lists) throws IOException {
        ObjectNode description = YAML.createObjectNode();
        lists.forEach(description::put);
        description.put("nc", classes.size());
        classes.forEach(description.putArray("names")::add);
        Storage.write(file, YAML.writeValueAsBytes(description));
    }
}
