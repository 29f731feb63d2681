package org.batchmill.records.annotations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * The parts of a COCO instances file that are used here. Masks, licences and the like are passed over while parsing.
 *
 * @param images      the pictures
 * @param annotations the objects, in any order
 * @param categories  the classes
 */
record CocoFile(List<Image> images, List<Annotation> annotations, List<Category> categories) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** A picture. */
    record Image(long id, String file_name, int width, int height) {}

    /** An object; {@code bbox} is x, y, width, height in pixels. */
    record Annotation(long id, long image_id, long category_id, JsonNode bbox, int iscrowd, int difficult) {}

    /** A class. */
    record Category(long id, String name) {}

    /**
     * @throws DataException if the file is no JSON or not of this kind
     */
    static CocoFile read(Path path) throws IOException {
        CocoFile file;
        try {
            file = JSON.readValue(path.toFile(), CocoFile.class);
        } catch (JsonProcessingException e) {
            throw FolderFiles.malformed(path, e);
        }
        if (file == null || file.images == null || file.categories == null) {
            throw new DataException(
                    Kind.UNSUPPORTED, path.toString(), "the JSON has no \"images\" or no \"categories\"");
        }
        List<Annotation> annotations = file.annotations == null ? new ArrayList<>() : file.annotations;
        checkNoNulls(file.images, "images", path);
        checkNoNulls(annotations, "annotations", path);
        checkNoNulls(file.categories, "categories", path);
        return new CocoFile(file.images, annotations, file.categories);
    }

    private static void checkNoNulls(List<?> values, String name, Path path) throws DataException {
        int found = values.indexOf(null);
        if (found >= 0) {
            throw new DataException(Kind.CORRUPT, path + ": " + name + "[" + found + "]", "it is null");
        }
    }
}
