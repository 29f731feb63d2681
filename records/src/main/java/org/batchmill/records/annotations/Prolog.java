package org.batchmill.records.annotations;

import java.nio.ByteBuffer;

/** What stands before the first element of an XML document: white space, comments and processing instructions. Used once. */
final class Prolog {

    private static final int END = -1;
    private static final int BYTE_ORDER_MARK = 0x80;

    private final ByteBuffer bytes;
    private boolean documentType;
    private int next;

    /** @param bytes whose position moves */
    Prolog(ByteBuffer bytes) {
        this.bytes = bytes;
        advance();
        while (next >= BYTE_ORDER_MARK) {
            advance();
        }
    }

    private int advance() {
        next = END;
        while (next <= 0 && bytes.hasRemaining()) {
            next = bytes.get() & 0xff; // zeros are halves of UTF-16's characters
        }
        next = next == 0 ? END : next;
        return next;
    }

    /** Goes on to the first element. */
    boolean reachesElement() {
        while (true) {
            while (next == ' ' || next == '\t' || next == '\r' || next == '\n') {
                advance();
            }
            if (next != '<') {
                return false;
            }
            advance();
            if (next == '?') {
                passOver('?', 1);
            } else if (next == '!') {
                int first = advance();
                int second = first == '-' ? advance() : first;
                if (second != '-') {
                    documentType = next != END;
                    return false;
                }
                passOver('-', 2);
            } else {
                return next != END;
            }
        }
    }

    /** Passes over everything up to {@code >} behind as many of {@code mark}. */
    private void passOver(int mark, int count) {
        int seen = 0;
        advance();
        while (next != END && !(next == '>' && seen >= count)) {
            seen = next == mark ? seen + 1 : 0;
            advance();
        }
        advance();
    }

    /** Whether it stopped at a declaration, which before the first element is a document type. */
    boolean atDocumentType() {
        return documentType;
    }

    boolean atEnd() {
        return next == END;
    }
}
