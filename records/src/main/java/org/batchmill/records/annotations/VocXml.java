package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.batchmill.records.BoxRules.PixelBox;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.InputFile;
import org.batchmill.records.TextFile;

/**
 * One annotation of PASCAL VOC. A document type is refused, so that no entity is expanded, no file is read and no host is asked.
 * Elements that nobody needs here are passed over, among them {@code <part>}, which has names and boxes of its own.
 */
final class VocXml {

    /** Annotations have four. */
    private static final int MOST_LEVELS = 64;

    private final String where;
    private final List<String> path = new ArrayList<>();
    private final List<VocObject> objects = new ArrayList<>();
    private String fileName = "";
    private String width;
    private String height;

    private VocXml(String where) {
        this.where = where;
    }

    /** An object as it is written, numbers not looked at; a part that is missing is null. */
    private static final class VocObject {
        private String name;
        private String crowd;
        private boolean rotated;
        private String attribute = "";
        private String rotation = "0";
        private String difficult;
        private String truncated;
        private String xmin;
        private String ymin;
        private String xmax;
        private String ymax;
    }

    private static final Pattern ENCODING = Pattern.compile("^[^<]{0,3}<\\?xml[^>]*?encoding\\s*=\\s*[\"']([^\"']*)");
    private static final int DECLARATION = 256;
    private static final int CHUNK = 8192;

    static VocXml read(Path file) throws IOException {
        return parse(ByteBuffer.wrap(InputFile.bytes(file, TextFile.LARGEST)), file.toString());
    }

    static VocXml parse(ByteBuffer bytes, String where) throws DataException {
        VocXml xml = new VocXml(where);
        requireNoDocumentType(bytes, where);
        requireText(bytes, where);
        try {
            xml.parse(reader(bytes));
        } catch (XMLStreamException e) {
            boolean atEnd = e.getLocation() != null && e.getLocation().getCharacterOffset() >= bytes.remaining() - 1;
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
            throw new DataException(
                    atEnd ? Kind.TRUNCATED : Kind.CORRUPT, where + ": line " + line, "not well-formed XML", e);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // The JDK's parser throws other things, too, at what it does not expect: one bad annotation, not the end of
            // a data set.
            throw new DataException(
                    Kind.CORRUPT,
                    where,
                    "the XML parser gives up: " + e.getClass().getSimpleName(),
                    e);
        }
        return xml;
    }

    /**
     * Looks at what stands before the first element, which is white space, comments and instructions, so that a document type is never
     * given to a parser. Zero bytes are passed over: what is looked for is ASCII in UTF-8, UTF-16 and UTF-32 alike.
     */
    private static void requireNoDocumentType(ByteBuffer bytes, String where) throws DataException {
        Prolog prolog = new Prolog(bytes.duplicate());
        if (!prolog.reachesElement()) {
            throw prolog.atDocumentType()
                    ? documentType(where)
                    : new DataException(
                            bytes.hasRemaining() && !prolog.atEnd() ? Kind.CORRUPT : Kind.TRUNCATED,
                            where,
                            "not well-formed XML");
        }
    }

    /** The JDK's parser prints a line of its own for bytes that are no UTF-8, besides throwing. */
    private static void requireText(ByteBuffer bytes, String where) throws DataException {
        byte[] start = new byte[Math.min(bytes.remaining(), DECLARATION)];
        bytes.get(bytes.position(), start);
        Matcher declared = ENCODING.matcher(new String(start, StandardCharsets.ISO_8859_1));
        boolean wide = start.length > 1 && (start[0] == 0 || start[1] == 0 || start[0] == -1 || start[0] == -2);
        if (wide || (declared.find() && !declared.group(1).matches("(?i)utf-?8|(us-)?ascii"))) {
            return;
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = bytes.duplicate();
        CharBuffer out = CharBuffer.allocate(CHUNK);
        CoderResult result;
        do {
            result = decoder.decode(in, out.clear(), true);
        } while (result.isOverflow());
        if (result.isError()) {
            throw new DataException(
                    Kind.CORRUPT,
                    where + ": byte " + (in.position() - bytes.position()),
                    "it is not text in UTF-8, and declares no other encoding");
        }
    }

    private static DataException documentType(String where) {
        return new DataException(Kind.UNSUPPORTED, where, "the XML declares a document type, which is not read");
    }

    private static XMLStreamReader reader(ByteBuffer bytes) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory.createXMLStreamReader(
                new java.io.ByteArrayInputStream(bytes.array(), bytes.arrayOffset(), bytes.limit()));
    }

    private void parse(XMLStreamReader reader) throws XMLStreamException, DataException {
        StringBuilder text = new StringBuilder();
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.DTD -> throw documentType(where);
                case XMLStreamConstants.START_ELEMENT -> {
                    path.add(reader.getLocalName());
                    if (path.size() > MOST_LEVELS) {
                        throw new DataException(
                                Kind.TOO_LARGE, where, "the XML has more than " + MOST_LEVELS + " levels");
                    }
                    text.setLength(0);
                    start(reader.getLocation().getLineNumber());
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(reader.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    end(text.toString().strip());
                    path.remove(path.size() - 1);
                    text.setLength(0);
                }
                default -> {}
            }
        }
    }

    private void start(int line) throws DataException {
        if (path.size() == 1 && !path.get(0).equals("annotation")) {
            throw new DataException(Kind.UNSUPPORTED, where, "the XML is a " + path.get(0) + ", not an annotation");
        }
        String element = path.get(path.size() - 1);
        if (path.size() == 2 && element.equals("object")) {
            objects.add(new VocObject());
        } else if (path.size() > 1 && element.equalsIgnoreCase("object")) {
            // Passed over, it would make background of what it is in.
            throw new DataException(
                    Kind.BAD_ANNOTATION,
                    where + ": line " + line,
                    "<" + element + "> stands in <" + path.get(path.size() - 2)
                            + ">; objects are elements <object> of <annotation>");
        }
        if (path.size() == 3 && path.get(1).equals("object") && path.get(2).equals("robndbox")) {
            objects.get(objects.size() - 1).rotated = true;
        }
    }

    private void end(String text) throws DataException {
        String place = path.size() < 2 || path.size() > 5 ? "" : String.join("/", path.subList(1, path.size()));
        VocObject object = objects.isEmpty() ? null : objects.get(objects.size() - 1);
        switch (place) {
            case "filename" -> fileName = text;
            case "size/width" -> width = once(width, text, place);
            case "size/height" -> height = once(height, text, place);
            case "object/name" -> object.name = once(object.name, unbroken(text), place);
            case "object/difficult" -> object.difficult = once(object.difficult, text, place);
            case "object/truncated" -> object.truncated = once(object.truncated, text, place);
            case "object/crowd" -> object.crowd = once(object.crowd, text, place);
            case "object/attributes/attribute/name" -> object.attribute = text;
            case "object/attributes/attribute/value" ->
                object.rotation = object.attribute.equals("rotation") ? text : object.rotation;
            case "object/bndbox/xmin" -> object.xmin = once(object.xmin, text, place);
            case "object/bndbox/ymin" -> object.ymin = once(object.ymin, text, place);
            case "object/bndbox/xmax" -> object.xmax = once(object.xmax, text, place);
            case "object/bndbox/ymax" -> object.ymax = once(object.ymax, text, place);
            default -> {}
        }
    }

    /** A text over several lines in one. */
    private static String unbroken(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining(" "));
    }

    /** What an element says, which may say the same again. */
    private String once(String before, String text, String place) throws DataException {
        if (before != null && !before.equals(text)) {
            String object = place.startsWith("object/") ? ": object " + (objects.size() - 1) : "";
            throw new DataException(
                    Kind.BAD_ANNOTATION, where + object, place + " stands twice, as " + before + " and " + text);
        }
        return text;
    }

    /** The name of the image, without the folders before it; empty if there is none. */
    String fileName() {
        return fileName.substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
    }

    /** The declared width in pixels; NaN if none is. */
    double width() throws DataException {
        return size(width, "size/width");
    }

    /** The declared height in pixels; NaN if none is. */
    double height() throws DataException {
        return size(height, "size/height");
    }

    private double size(String text, String place) throws DataException {
        return text == null || text.isEmpty() ? Double.NaN : Numbers.parse(text, where + ": " + place);
    }

    /** The class names of the objects, those without one left out. */
    List<String> classNames() {
        List<String> names = new ArrayList<>();
        for (VocObject object : objects) {
            if (object.name != null) {
                names.add(object.name);
            }
        }
        return names;
    }

    /**
     * The boxes in pixels, not checked.
     *
     * @throws DataException if an object has no name, no box, or one that is not made of numbers
     */
    List<PixelBox> boxes() throws DataException {
        List<PixelBox> boxes = new ArrayList<>();
        for (VocObject object : objects) {
            String place = where + ": object " + boxes.size();
            if (object.name == null || object.name.isEmpty()) {
                throw new DataException(Kind.BAD_ANNOTATION, place, "it has no name");
            }
            if (object.xmin == null && object.rotated) {
                throw new DataException(Kind.BAD_ANNOTATION, place, "its box is a turned one, which is not read");
            }
            // An attribute of the user's own may be called so, and say something else.
            boolean degrees = object.rotation.matches("[-+]?[0-9]{1,9}(\\.[0-9]{0,18})?");
            if (degrees && isTurned(Double.parseDouble(object.rotation))) {
                throw new DataException(
                        Kind.BAD_ANNOTATION,
                        place,
                        "its box is turned by " + object.rotation + " degrees, which is not read");
            }
            boolean crowd = flag(object.crowd, place + ": crowd");
            boxes.add(new PixelBox(
                    object.name,
                    number(object.xmin, place + ": xmin"),
                    number(object.ymin, place + ": ymin"),
                    number(object.xmax, place + ": xmax"),
                    number(object.ymax, place + ": ymax"),
                    flag(object.difficult, place + ": difficult") && !crowd,
                    flag(object.truncated, place + ": truncated"),
                    crowd));
        }
        return boxes;
    }

    /** Whether a box that is turned by some degrees is another one. */
    static boolean isTurned(double degrees) {
        return degrees % 180 != 0;
    }

    /** Programs write 0 and 1, how much is cut off, true and false, or nothing. */
    private static boolean flag(String text, String place) throws DataException {
        if (text == null) {
            return false;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "true", "yes" -> true;
            case "", "0", "false", "no", "unspecified", "none" -> false;
            default -> Numbers.parse(text, place) != 0;
        };
    }

    private static double number(String text, String place) throws DataException {
        if (text == null) {
            throw new DataException(Kind.BAD_ANNOTATION, place, "it is missing");
        }
        return Numbers.parse(text, place);
    }
}
