package org.batchmill.records.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TfRecordWriterTest {

    @TempDir
    Path folder;

    @Test
    void shouldSayLoudlyThatFinishWasForgotten() throws IOException {
        Path file = folder.resolve("a.tfrecord");
        TfRecordWriter writer = TfRecordWriter.create(file, WriteOptions.PLAIN);
        writer.write(new byte[] {1});
        writer.write(new byte[] {2});

        assertThatThrownBy(writer::close)
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": closed without finish(): its 2 records are discarded");

        assertThat(folder).isEmptyDirectory();
        writer.close();
    }

    @Test
    void shouldThrowWhatReallyWentWrong() {
        Path file = folder.resolve("a.tfrecord");
        assertThatThrownBy(() -> {
                    try (TfRecordWriter writer = TfRecordWriter.create(file, WriteOptions.PLAIN)) {
                        writer.write(new byte[] {1});
                        throw new IOException("the disk is full");
                    }
                })
                .hasMessage("the disk is full");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void shouldGiveUpInSilenceWhatIsToBeGivenUp() throws IOException {
        try (TfRecordWriter writer = TfRecordWriter.create(folder.resolve("a.tfrecord"), WriteOptions.PLAIN)) {
            writer.write(new byte[] {1});
            writer.discard();
        }
        assertThat(folder).isEmptyDirectory();
    }
}
