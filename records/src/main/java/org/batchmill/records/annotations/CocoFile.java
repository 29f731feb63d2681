package org.batchmill.records.annotations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
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
            .build();

    /** A picture. */
    record Image(long id, String file_name, int width, int height) {}

    /** An object; {@code bbox} is x, y, width, height in pixels. */
    record Annotation(long id, long image_id, long category_id, JsonNode bbox, int iscrowd) {}

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
            boolean ended = e instanceof com.fasterxml.jackson.core.io.JsonEOFException;
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new DataException(
                    ended ? Kind.TRUNCATED : Kind.CORRUPT, path + ": line " + line, e.getOriginalMessage(), e);
        }
        if (file.images == null || file.categories == null) {
            throw new DataException(
                    Kind.UNSUPPORTED, path.toString(), "the JSON has no \"images\" or no \"categories\"");
        }
        return file.annotations == null ? new CocoFile(file.images, List.of(), file.categories) : file;
    }
}
