package org.batchmill.records.annotations;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.batchmill.records.Box;
import org.batchmill.records.storage.Storage;

/**
 * Writes annotations as PASCAL VOC's XML: pixels counted from 1, so that a box that covers an image of width w goes from 1 to w. A crowd
 * is difficult to other programs; for us there is an element of its own.
 */
public final class VocWriter {

    private VocWriter() {}

    /**
     * Writes the annotation of one image, atomically.
     *
     * @param file     the XML file
     * @param image  the image's file name
     * @param width    of the image in pixels
     * @param height   of the image in pixels
     * @param channels of the image
     */
    public static void write(Path file, String image, int width, int height, int channels, List<Box> boxes)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            XMLStreamWriter xml =
                    XMLOutputFactory.newFactory().createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
            xml.writeStartElement("annotation");
            text(xml, "filename", image);
            xml.writeStartElement("size");
            text(xml, "width", width);
            text(xml, "height", height);
            text(xml, "depth", channels);
            xml.writeEndElement();
            for (Box box : boxes) {
                object(xml, box, width, height);
            }
            xml.writeEndElement();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        Storage.write(file, bytes.toByteArray());
    }

    private static void object(XMLStreamWriter xml, Box box, int width, int height) throws XMLStreamException {
        xml.writeStartElement("object");
        text(xml, "name", box.className());
        text(xml, "truncated", box.truncated() ? 1 : 0);
        text(xml, "difficult", box.difficult() || box.crowd() ? 1 : 0);
        if (box.crowd()) {
            text(xml, "crowd", 1);
        }
        xml.writeStartElement("bndbox");
        text(xml, "xmin", first(box.xmin(), width));
        text(xml, "ymin", first(box.ymin(), height));
        text(xml, "xmax", last(box.xmax(), width));
        text(xml, "ymax", last(box.ymax(), height));
        xml.writeEndElement();
        xml.writeEndElement();
    }

    /** The number, from 1, of the first pixel that a box covers. */
    private static int first(float edge, int size) {
        return Math.max(1, Math.min(size, Math.round(edge * size) + 1));
    }

    /** The number, from 1, of the last pixel that a box covers. */
    private static int last(float edge, int size) {
        return Math.max(1, Math.min(size, Math.round(edge * size)));
    }

    private static void text(XMLStreamWriter xml, String element, Object value) throws XMLStreamException {
        xml.writeStartElement(element);
        xml.writeCharacters(value.toString());
        xml.writeEndElement();
    }
}
