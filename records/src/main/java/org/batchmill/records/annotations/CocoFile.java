package org.batchmill.records.annotations;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.InputFile;
import org.batchmill.records.JsonFile;

/**
 * The parts of a COCO instances file that are used here; licences and the like are passed over while parsing. Numbers of images,
 * objects and categories may be texts: a {@link Long}, {@link BigInteger} or {@link String} stands for them, equal for {@code 1},
 * {@code 1.0} and {@code "1"}, and null where there is none.
 *
 * @param images      the images
 * @param annotations the objects, in any order; null where the file has no such list
 * @param categories  the classes
 */
record CocoFile(List<Image> images, List<Annotation> annotations, List<Category> categories) {

    /** Numbers may be written as other languages do: {@code .5}, {@code 5.}, {@code +5}, {@code NaN}. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(
                    JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS,
                    JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS,
                    JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS,
                    JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
            .build();

    /**
     * An image.
     *
     * @param width  in pixels; NaN where the file does not say
     * @param height in pixels; NaN where the file does not say
     */
    record Image(Object id, String fileName, double width, double height) {}

    /**
     * An object.
     *
     * @param box     x, y, width, height in pixels; null where there is none
     * @param problem why it makes no sense; null if nothing was found so far
     */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    record Annotation(
            Object id, Object image, Object category, double[] box, boolean crowd, boolean difficult, String problem) {}

    /** A class. */
    record Category(Object id, String name, String supercategory) {}

    /**
     * @throws DataException if the file is no JSON or not of this kind
     */
    static CocoFile read(Path path) throws IOException {
        try (InputStream in = InputFile.stream(path);
                JsonParser parser = JSON.createParser(in)) {
            CocoFile file = new Reader(parser, path).read();
            if (parser.nextToken() != null) {
                throw new DataException(Kind.CORRUPT, path.toString(), "there is more behind the JSON object");
            }
            return file;
        } catch (JsonProcessingException e) {
            throw JsonFile.malformed(path, e);
        } catch (CharConversionException e) {
            throw new DataException(Kind.CORRUPT, path.toString(), e.getMessage(), e);
        }
    }

    /** Whether a file looks like one: other JSON files lie in folders too. This kind has an array "images". */
    static boolean looksLikeOne(Path file) throws IOException {
        try (InputStream in = InputFile.stream(file);
                JsonParser parser = JSON.createParser(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if (parser.currentName().equals("images")) {
                    return parser.nextToken() == JsonToken.START_ARRAY;
                }
                parser.nextToken();
                parser.skipChildren();
            }
            return false;
        } catch (JsonProcessingException | CharConversionException e) {
            return false;
        }
    }

    /** Walks over the file once. */
    private record Reader(JsonParser parser, Path path) {

        CocoFile read() throws IOException {
            List<Image> images = null;
            List<Annotation> annotations = null;
            List<Category> categories = new ArrayList<>();
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                boolean isNull = parser.currentToken() == JsonToken.VALUE_NULL;
                throw new DataException(
                        isNull ? Kind.UNSUPPORTED : Kind.CORRUPT, path.toString(), "the JSON is no object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "images" -> images = list(name, Reader::image);
                    case "annotations" -> annotations = list(name, Reader::annotation);
                    case "categories" -> categories = list(name, Reader::category);
                    default -> parser.skipChildren();
                }
            }
            if (images == null) {
                throw new DataException(Kind.UNSUPPORTED, path.toString(), "the JSON has no \"images\"");
            }
            return new CocoFile(images, annotations, categories);
        }

        @FunctionalInterface
        private interface Element<T> {
            T read(Reader reader) throws IOException;
        }

        private <T> List<T> list(String name, Element<T> element) throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw corrupt(name, "it is no list");
            }
            List<T> values = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    throw corrupt(name + "[" + values.size() + "]", "it is no object");
                }
                values.add(element.read(this));
            }
            return values;
        }

        private DataException corrupt(String where, String reason) {
            return new DataException(Kind.CORRUPT, path + ": " + where, reason);
        }

        private Image image() throws IOException {
            JsonNode node = JSON.readTree(parser);
            return new Image(
                    key(node.path("id")),
                    node.path("file_name").isTextual() ? node.path("file_name").asText() : null,
                    size(node.path("width")),
                    size(node.path("height")));
        }

        private static double size(JsonNode node) {
            return node.isMissingNode() || node.isNull() ? Double.NaN : node.asDouble(0);
        }

        private Category category() throws IOException {
            JsonNode node = JSON.readTree(parser);
            JsonNode name = node.path("name");
            return new Category(
                    key(node.path("id")),
                    name.isValueNode() && !name.isNull() && !name.asText().isBlank()
                            ? name.asText().strip()
                            : null,
                    node.path("supercategory").asText("").strip());
        }

        private Annotation annotation() throws IOException {
            Object id = null;
            Object image = null;
            Object category = null;
            JsonNode box = null;
            CocoMask mask = null;
            JsonNode crowd = null;
            boolean difficult = false;
            double rotation = 0;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "id" -> id = key(JSON.readTree(parser));
                    case "image_id" -> image = key(JSON.readTree(parser));
                    case "category_id" -> category = key(JSON.readTree(parser));
                    case "bbox" -> box = JSON.readTree(parser);
                    case "segmentation" -> mask = CocoMask.read(parser);
                    case "iscrowd" -> crowd = JSON.readTree(parser);
                    case "difficult" -> difficult = parser.getValueAsInt() == 1;
                    case "rotation" -> rotation = degrees();
                    case "attributes" -> rotation += rotationAmongAttributes();
                    default -> parser.skipChildren();
                }
            }
            boolean noBox = box == null || box.isNull() || (box.isArray() && box.isEmpty());
            double[] edges = noBox ? (mask == null ? null : mask.bounds()) : numbers(box);
            boolean isCrowd = isOne(crowd);
            String problem = null;
            if (noBox && mask != null && mask.damage() != null) {
                problem = "it has no bbox, and its segmentation is damaged: " + mask.damage();
            } else if (edges == null) {
                problem = noBox ? "it has no bbox, and no segmentation" : "bbox is not four numbers";
            } else if (!isCrowd && !isZero(crowd)) {
                problem = "iscrowd is " + crowd + ", which is neither 0 nor 1";
            } else if (VocXml.isTurned(rotation) && !noBox) {
                problem = "its box is turned by " + rotation + " degrees, which is not read";
            }
            return new Annotation(id, image, category, edges, isCrowd, difficult, problem);
        }

        /** CVAT writes the box before its turn, and the turn beside it. */
        private double rotationAmongAttributes() throws IOException {
            double rotation = 0;
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    double degrees = degrees();
                    rotation = name.equals("rotation") ? degrees : rotation;
                }
            } else {
                parser.skipChildren();
            }
            return rotation;
        }

        /** The value that the parser is at; 0 for what is no number. */
        private double degrees() throws IOException {
            if (parser.currentToken().isNumeric()) {
                return parser.getDoubleValue();
            }
            parser.skipChildren();
            return 0;
        }

        /** Null unless there are four. */
        private static double[] numbers(JsonNode list) {
            if (!list.isArray() || list.size() != 4) {
                return null;
            }
            double[] numbers = new double[4];
            for (int i = 0; i < numbers.length; i++) {
                JsonNode number = list.get(i);
                boolean isText =
                        number.isTextual() && number.asText().matches("[-+]?[0-9]+(\\.[0-9]*)?|[-+]?\\.[0-9]+");
                if (!number.isNumber() && !isText) {
                    return null;
                }
                numbers[i] = isText ? Double.parseDouble(number.asText()) : number.asDouble();
            }
            return numbers;
        }

        private static boolean isOne(JsonNode flag) {
            return flag != null
                    && (flag.isBoolean() ? flag.asBoolean() : Long.valueOf(1).equals(key(flag)));
        }

        private static boolean isZero(JsonNode flag) {
            return flag == null
                    || flag.isNull()
                    || (flag.isBoolean() ? !flag.asBoolean() : Long.valueOf(0).equals(key(flag)));
        }

        /** One value for a number, however it is written. */
        private static Object key(JsonNode node) {
            if (node == null || (!node.isNumber() && !node.isTextual())) {
                return null;
            }
            String text = node.asText().strip().replaceFirst("\\.0+$", "");
            if (text.matches("-?(0|[1-9][0-9]{0,17})")) {
                return Long.valueOf(text);
            }
            if (text.matches("-?[1-9][0-9]{18,400}")) {
                return new BigInteger(text);
            }
            return text.isEmpty() ? null : text;
        }
    }
}
