package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Annotations of any content: boxes, or a data error that names the file. */
class VocXmlDamageTest {

    private static final String GOOD = "<annotation><size><width>10</width><height>20</height></size>"
            + "<object><name>katze ä</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4.5</ymax></bndbox>"
            + "<part><name>tail</name></part></object></annotation>";

    private static void parse(byte[] xml) throws IOException {
        VocXml read = VocXml.parse(ByteBuffer.wrap(xml), "a.xml");
        read.classNames();
        read.boxes();
    }

    private static void parse(String xml) throws IOException {
        parse(xml.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE annotation><annotation/>",
                "<?xml version='1.0'?>\n"
                        + "<!-- > <a> --> <?a <b> ?><!DOCTYPE a [<!ENTITY b 'c'>]><annotation>&b;</annotation>",
                "<!DOCTYPE\u0001",
                "<!D",
                "<!ENTITY a SYSTEM 'file:///etc/passwd'><annotation/>"
            })
    void shouldRefuseADocumentTypeBeforeItIsParsed(String xml) {
        for (Charset encoding : List.of(
                StandardCharsets.UTF_8,
                StandardCharsets.UTF_16,
                StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16BE)) {
            assertThatThrownBy(() -> parse(xml.getBytes(encoding)))
                    .as(encoding.name())
                    .isInstanceOf(DataException.class)
                    .hasMessage("a.xml: unsupported: the XML declares a document type, which is not read");
        }
    }

    @Test
    void shouldReadWhatStandsBehindCommentsAndInstructionsInItsEncoding() throws IOException {
        String declared = "<?xml version='1.0' encoding='ENCODING' ?><!-- a - b -> --->".replace("--->", "-->") + GOOD;
        for (Charset encoding : List.of(
                StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1, Charset.forName("GBK"), StandardCharsets.UTF_16)) {
            String name = encoding.equals(Charset.forName("GBK")) ? "kitty" : "katze ä";
            byte[] xml = declared.replace("ENCODING", encoding.name())
                    .replace("katze ä", name)
                    .getBytes(encoding);
            assertThat(VocXml.parse(ByteBuffer.wrap(xml), "a.xml").classNames())
                    .as(encoding.name())
                    .containsExactly(name);
        }
    }

    @Test
    void shouldRefuseDeepNesting() {
        assertThatThrownBy(() -> parse("<annotation>" + "<a>".repeat(1_000_000)))
                .isInstanceOf(DataException.class)
                .hasMessage("a.xml: too-large: the XML has more than 64 levels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "<", "<!--", "<?xml", "<annotation", "plain text", "\uFEFF", "\u0000\u0000"})
    void shouldRefuseWhatIsNoXml(String xml) {
        assertThatThrownBy(() -> parse(xml)).isInstanceOf(DataException.class).hasMessageStartingWith("a.xml: ");
    }

    @Test
    void shouldRefuseBytesOfAnotherEncodingWithoutAnotherLine() {
        byte[] latin = GOOD.getBytes(StandardCharsets.ISO_8859_1);
        PrintStream before = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThatThrownBy(() -> parse(latin))
                    .isInstanceOf(DataException.class)
                    .hasMessage("a.xml: byte " + GOOD.indexOf('\u00e4')
                            + ": corrupt: it is not text in UTF-8, and declares no other encoding");
        } finally {
            System.setErr(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    @Timeout(300) // hours, when each run of spaces was tried from all its places
    void shouldReadANameOfManySpacesInATimeThatGrowsWithThem() throws IOException {
        VocXml read = VocXml.parse(
                ByteBuffer.wrap(("<annotation><object><name>a" + " ".repeat(500_000) + "b</name></object></annotation>")
                        .getBytes(StandardCharsets.UTF_8)),
                "a.xml");
        assertThat(read.classNames()).hasSize(1);
    }

    @Test
    void shouldRefuseManyAttributesAndReadALongOne() throws IOException {
        StringBuilder many = new StringBuilder("<annotation");
        for (int i = 0; i < 100_000; i++) {
            many.append(" a").append(i).append("=''");
        }
        assertThatThrownBy(() -> parse(many + "/>")).isInstanceOf(DataException.class);
        parse("<annotation a='" + "x".repeat(1_000_000) + "'/>");
    }

    @Test
    void shouldReadOrRefuseDamagedAnnotations() {
        fuzz().inputs(1500, this, VocXmlDamageTest::parse);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedAnnotations() {
        fuzz().seconds(Fuzz.seconds(), this, VocXmlDamageTest::parse);
    }

    private static Fuzz fuzz() {
        return Fuzz.of(
                        DataException.class,
                        "voc-xml",
                        List.of(
                                GOOD.getBytes(StandardCharsets.UTF_8),
                                ("<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + GOOD)
                                        .getBytes(StandardCharsets.UTF_16),
                                "<!DOCTYPE a [<!ENTITY b 'c'>]><annotation>&b;</annotation>"
                                        .getBytes(StandardCharsets.UTF_8)))
                .words(
                        "<a>",
                        "</a>",
                        "<![CDATA[",
                        "]]>",
                        "&amp;",
                        "&#x10ffff;",
                        "&#0;",
                        "<!--",
                        "-->",
                        "<?",
                        "?>",
                        "\u0000",
                        "<!DOCTYPE ",
                        "<object>",
                        "<name>",
                        " a='b'",
                        "xmlns:a='b'",
                        "encoding='UTF-32'",
                        "1e308");
    }
}
