package org.batchmill.video;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import org.batchmill.records.InputFile;

/** A file to open, more than once where an index is wanted beside the reading. */
interface VideoFile {

    /** How errors name it. */
    String name();

    /** A new channel over its bytes, owned by the caller. */
    SeekableByteChannel open() throws IOException;

    static VideoFile of(Path path) {
        return new VideoFile() {
            @Override
            public String name() {
                return path.toString();
            }

            @Override
            public SeekableByteChannel open() throws IOException {
                return InputFile.open(path);
            }
        };
    }
}
