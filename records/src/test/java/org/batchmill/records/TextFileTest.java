package org.batchmill.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.records.DataException.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text as editors and spreadsheets of all systems write it. */
class TextFileTest {

    private static final String TEXT = "hund\r\nfüchse 狐\n";

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("classes.txt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void shouldTakeAwayAByteOrderMark(String charset) throws IOException {
        Files.write(file, ("\ufeff" + TEXT).getBytes(Charset.forName(charset)));
        assertThat(TextFile.read(file)).isEqualTo(TEXT);
        assertThat(TextFile.lines(file)).containsExactly("hund", "füchse 狐");
        try (BufferedReader reader = TextFile.reader(file)) {
            assertThat(reader.lines()).containsExactly("hund", "füchse 狐");
        }
    }

    @Test
    void shouldReadPlainUtf8AndLinesThatEndAsOnOldMacs() throws IOException {
        Files.writeString(file, " a \r\tb\r\rc");
        assertThat(TextFile.lines(file)).containsExactly("a", "b", "", "c");
    }

    @Test
    void shouldTakeAwayTheMarksOfFilesThatWerePutTogether() throws IOException {
        Files.writeString(file, "\ufeffdog\n\ufeffcat\n");
        assertThat(TextFile.lines(file)).containsExactly("dog", "cat");
    }

    @ParameterizedTest
    @CsvSource({"%@b,2", "@,1", "a@,1", "a%%@,3"})
    void shouldNameTheLineOfANul(String text, int line) throws IOException {
        Files.writeString(file, text.replace('%', '\n').replace('@', '\0'));
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> TextFile.read(file))
                .withMessageStartingWith(file + ": line " + line + ": corrupt: it holds a NUL");
    }

    @Test
    void shouldReadAnEmptyFileAndOneWithNothingButAMark() throws IOException {
        Files.write(file, new byte[0]);
        assertThat(TextFile.lines(file)).isEmpty();
        try (BufferedReader reader = TextFile.reader(file)) {
            assertThat(reader.read()).isNegative();
        }
        Files.writeString(file, "\ufeff");
        assertThat(TextFile.lines(file)).isEmpty();
    }

    @Test
    void shouldNameTheFirstByteThatIsNoText() throws IOException {
        Files.write(file, "ab\nfüchse".getBytes(StandardCharsets.ISO_8859_1));
        refused(Kind.CORRUPT, "classes.txt: byte 4: corrupt: it is not text in UTF-8");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 'a', 0, 'b'});
        refused(Kind.CORRUPT, "classes.txt: byte 4: corrupt: it is not text in UTF-16LE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
    void shouldRefuseUtf16WithoutAMark(String charset) throws IOException {
        Files.write(file, "dog\ncat\n".getBytes(Charset.forName(charset)));
        refused(Kind.CORRUPT, "classes.txt: line 1: corrupt: it holds a NUL");
    }

    @Test
    void shouldRefuseUtf32AndSayHowToMendIt() throws IOException {
        Files.write(file, "\ufeffdog".getBytes(Charset.forName("UTF-32LE")));
        refused(Kind.UNSUPPORTED, "classes.txt: unsupported: it is text in UTF-32; save it as UTF-8");
    }

    @Test
    void shouldSayThatAFileIsNotThere() {
        refused(Kind.MISSING, "classes.txt: missing: there is no such file");
    }

    private void refused(Kind kind, String message) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> TextFile.read(file))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
