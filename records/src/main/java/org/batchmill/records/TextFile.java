package org.batchmill.records;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.DataException.Kind;

/**
 * Text files of other people, whatever the locale: UTF-8, with or without a byte order mark, or UTF-16 with one, as Windows' programs
 * write them. Anything else is refused with the offset of the first byte that is no text. Stateless.
 */
public final class TextFile {

    /** No label file of one image, list of images or configuration is larger. */
    public static final long LARGEST = 256 << 20;

    /** No configuration or description is larger; parsers of YAML take a time that grows with the square of one scalar. */
    public static final long LARGEST_CONFIGURATION = 1 << 20;

    private static final int LONGEST_MARK = 4;
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private TextFile() {}

    /**
     * The text of a file, without its byte order mark.
     *
     * @throws DataException if the file is not there, too large, or no text in one of these encodings
     */
    public static String read(Path file) throws IOException {
        return decode(InputFile.bytes(file, LARGEST), file.toString());
    }

    /** As {@link #read}, of a file of options or one that describes others: at most {@link #LARGEST_CONFIGURATION}. */
    public static String readConfiguration(Path file) throws IOException {
        return decode(InputFile.bytes(file, LARGEST_CONFIGURATION), file.toString());
    }

    /**
     * Reads a file of any size as it goes, without its byte order mark. What is no text throws {@link
     * java.nio.charset.CharacterCodingException} where it is met. The caller closes the reader.
     */
    public static BufferedReader reader(Path file) throws IOException {
        PushbackInputStream in = new PushbackInputStream(InputFile.stream(file), LONGEST_MARK);
        try {
            byte[] start = in.readNBytes(LONGEST_MARK);
            in.unread(start);
            BufferedReader reader = new BufferedReader(
                    new InputStreamReader(in, charset(start, file.toString()).newDecoder()));
            reader.mark(1);
            if (reader.read() != BYTE_ORDER_MARK) {
                reader.reset();
            }
            return reader;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /**
     * The lines of a file, without the spaces around them. They may end as on any system. A byte order mark at the start of any of
     * them is left out: files that have one are put together with {@code cat}.
     *
     * @throws DataException as {@link #read}
     */
    public static List<String> lines(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        read(file).lines().map(line -> withoutMark(line).strip()).forEach(lines::add);
        return lines;
    }

    private static Charset charset(byte[] bytes, String where) throws DataException {
        if (startsWith(bytes, 0xff, 0xfe, 0, 0) || startsWith(bytes, 0, 0, 0xfe, 0xff)) {
            throw new DataException(Kind.UNSUPPORTED, where, "it is text in UTF-32; save it as UTF-8");
        }
        if (startsWith(bytes, 0xff, 0xfe)) {
            return StandardCharsets.UTF_16LE;
        }
        return startsWith(bytes, 0xfe, 0xff) ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8;
    }

    private static String decode(byte[] bytes, String where) throws DataException {
        String text = withoutMark(decode(bytes, charset(bytes, where), where));
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw new DataException(
                    Kind.CORRUPT,
                    where + ": line " + text.substring(0, nul + 1).lines().count(),
                    "it holds a NUL: it is no text, or text in UTF-16 without a byte order mark; save it as UTF-8");
        }
        return text;
    }

    private static String decode(byte[] bytes, Charset charset, String where) throws DataException {
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw new DataException(
                    Kind.CORRUPT,
                    where + ": byte " + in.position(),
                    "it is not text in " + charset + "; save it as UTF-8");
        }
        decoder.flush(out);
        return out.flip().toString();
    }

    private static String withoutMark(String text) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    private static boolean startsWith(byte[] bytes, int... start) {
        if (bytes.length < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if ((bytes[i] & 0xff) != start[i]) {
                return false;
            }
        }
        return true;
    }
}
