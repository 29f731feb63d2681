package org.batchmill.records.annotations;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.Box;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.Storage;

/**
 * Collects images with their boxes and writes them as one JSON file of COCO's instances kind. Images, objects and categories
 * are numbered from 1: COCO's own evaluation takes an object of number 0 for none. That a box is difficult is written as an entry of
 * that name, which other programs pass over; that it is truncated cannot be said in this format. Used by one thread at a time.
 */
public final class CocoWriter {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> classes;
    private final ObjectNode file = JSON.createObjectNode();
    private final ArrayNode images = file.putArray("images");
    private final ArrayNode annotations = file.putArray("annotations");

    /**
     * @param classes the names of the categories, in the order of their numbers
     */
    public CocoWriter(List<String> classes) {
        this.classes = List.copyOf(classes);
        ArrayNode categories = file.putArray("categories");
        for (int i = 0; i < classes.size(); i++) {
            categories.addObject().put("id", i + 1).put("name", classes.get(i));
        }
    }

    /**
     * Adds an image.
     *
     * @param name   its path relative to its folder, with forward slashes
     * @param width  of the image shown upright, in pixels
     * @param height of the image shown upright, in pixels
     * @throws UsageException if a box is of a class that was not given
     */
    public void add(String name, int width, int height, List<Box> boxes) {
        int image = images.size() + 1;
        images.addObject()
                .put("id", image)
                .put("file_name", name)
                .put("width", width)
                .put("height", height);
        for (Box box : boxes) {
            add(image, box, width, height);
        }
    }

    private void add(int image, Box box, int width, int height) {
        int category = ClassNumbers.of(box, classes) + 1;
        double boxWidth = ((double) box.xmax() - box.xmin()) * width;
        double boxHeight = ((double) box.ymax() - box.ymin()) * height;
        ObjectNode object = annotations.addObject();
        object.put("id", annotations.size())
                .put("image_id", image)
                .put("category_id", category)
                .put("area", boxWidth * boxHeight)
                .put("iscrowd", box.crowd() ? 1 : 0);
        if (box.difficult()) {
            object.put("difficult", 1);
        }
        object.putArray("bbox")
                .add((double) box.xmin() * width)
                .add((double) box.ymin() * height)
                .add(boxWidth)
                .add(boxHeight);
    }

    /** Writes what was added so far, atomically. */
    public void write(Path target) throws IOException {
        Storage.write(target, JSON.writeValueAsBytes(file));
    }
}
