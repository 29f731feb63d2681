package org.batchmill.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * The containers that are read. The kind is told by the file's first bytes and FFmpeg is then told which demuxer to use: it never
 * guesses, so a playlist or a script that is named .mp4 reaches none of its other demuxers.
 */
enum Container {
    /** mp4 and mov (ISO/IEC 14496-12): boxes of u32 size | 4 letters. */
    MOV("mov"),
    /** mkv and webm (RFC 9559): EBML, which begins with 1A 45 DF A3. */
    MATROSKA("matroska"),
    /** avi: "RIFF" | u32 size | "AVI ". */
    AVI("avi");

    private final String demuxer;

    Container(String demuxer) {
        this.demuxer = demuxer;
    }

    /** FFmpeg's short name of the demuxer. */
    String demuxer() {
        return demuxer;
    }

    /** Looks at the first bytes. */
    static Container of(FileInput input, String file) throws IOException {
        if (input.size() == 0) {
            throw new DataException(Kind.TRUNCATED, file, "the file is empty");
        }
        if (input.size() >= 12) {
            ByteBuffer head = input.bytes(0, 12);
            int first = head.getInt(0);
            int second = head.getInt(4);
            if (first == 0x1A45DFA3) {
                return MATROSKA;
            }
            if (first == fourLetters("RIFF") && head.getInt(8) == fourLetters("AVI ")) {
                return AVI;
            }
            for (String box : new String[] {"ftyp", "moov", "mdat", "free", "skip", "wide"}) {
                if (second == fourLetters(box)) {
                    return MOV;
                }
            }
        }
        throw new DataException(Kind.UNSUPPORTED, file, "not an mp4, mov, mkv, webm or avi file");
    }

    static int fourLetters(String letters) {
        return letters.charAt(0) << 24 | letters.charAt(1) << 16 | letters.charAt(2) << 8 | letters.charAt(3);
    }
}
