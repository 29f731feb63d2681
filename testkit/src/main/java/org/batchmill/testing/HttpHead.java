package org.batchmill.testing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The first line and the headers of a message of HTTP/1.1 (RFC 9112), and how its body is delimited.
 *
 * @param first the request line or the status line
 * @param lines the headers, as they came
 */
record HttpHead(String first, List<String> lines) {

    private static final int LONGEST = 1 << 16;

    /** Reads one, up to the empty line; null if there is none any more. */
    static HttpHead read(InputStream in) throws IOException {
        String first = line(in);
        if (first == null) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            lines.add(line);
        }
        return new HttpHead(first, lines);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return text.toString();
            }
            if (next != '\r') {
                text.append((char) next);
            }
            if (text.length() > LONGEST) {
                throw new IOException("a line of more than " + LONGEST + " bytes");
            }
        }
        return null;
    }

    /** A header's value, or null. */
    String header(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        for (String line : lines) {
            if (line.toLowerCase(Locale.ROOT).startsWith(start)) {
                return line.substring(start.length()).strip();
            }
        }
        return null;
    }

    HttpHead without(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return new HttpHead(
                first,
                lines.stream()
                        .filter(line -> !line.toLowerCase(Locale.ROOT).startsWith(start))
                        .toList());
    }

    /** A word of the first line: method, target and version of a request; version and status of an answer. */
    String word(int index) {
        return first.split(" ", 3)[index];
    }

    void write(OutputStream out) throws IOException {
        out.write((first + "\r\n" + String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Copies the body that belongs to this head, chunks as they are. */
    void copyBody(InputStream in, OutputStream out) throws IOException {
        if ("chunked".equalsIgnoreCase(header("Transfer-Encoding"))) {
            copyChunks(in, out);
        } else if (header("Content-Length") != null) {
            copy(in, out, Long.parseLong(header("Content-Length")));
        }
    }

    private static void copyChunks(InputStream in, OutputStream out) throws IOException {
        long length;
        do {
            String size = line(in);
            if (size == null) {
                throw new EOFException("the message ends in a chunk");
            }
            length = Long.parseLong(size.split(";", 2)[0].strip(), 16);
            out.write((size + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            copy(in, out, length);
            for (String end = line(in); end != null; end = length == 0 && !end.isEmpty() ? line(in) : null) {
                out.write((end + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            }
        } while (length > 0);
    }

    private static void copy(InputStream in, OutputStream out, long length) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (long left = length; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException("the message ends " + left + " bytes early");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }
}
