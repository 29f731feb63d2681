package org.batchmill.records.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.atomic.AtomicInteger;
import org.batchmill.records.DataException;
import org.junit.jupiter.api.Test;

class AttemptsTest {

    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void shouldAskAgainWhereAStoreFails() throws Exception {
        String answer = Attempts.of("s3://b/a", () -> {
            if (asked.incrementAndGet() < 3) {
                throw new IllegalStateException("slow down");
            }
            return "here";
        });
        assertThat(answer).isEqualTo("here");
        assertThat(asked).hasValue(3);
    }

    @Test
    void shouldSayTheInnermostCauseInOneLineWhenItGivesUp() {
        assertThatThrownBy(() -> Attempts.of("s3://b/a", () -> {
                    asked.incrementAndGet();
                    throw new IOException(new RuntimeException("wrapped", new IOException("slow down\nat once")));
                }))
                .isInstanceOf(FileSystemException.class)
                .hasMessage("s3://b/a: slow down");
        assertThat(asked).hasValue(5);
    }

    /** As when a file is moved, which is copied and removed: each was asked five times for each of five. */
    @Test
    void shouldNotAskAgainForWhatWasAskedAgainInside() {
        assertThatThrownBy(() -> Attempts.of(
                        "s3://b/a",
                        () -> Attempts.of("s3://b/part", () -> {
                            asked.incrementAndGet();
                            throw new IOException("slow down");
                        })))
                .isInstanceOf(StoreAwayException.class)
                .hasMessage("s3://b/part: slow down");
        assertThat(asked).hasValue(5);
    }

    @Test
    void shouldTakeAnAnswerAtOnce() {
        assertThatThrownBy(() -> Attempts.of("s3://b/a", () -> {
                    asked.incrementAndGet();
                    throw new NoSuchFileException("/a");
                }))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage("s3://b/a");
        assertThatThrownBy(() -> Attempts.of("s3://b/a", () -> {
                    asked.incrementAndGet();
                    throw new FileSystemNotFoundException("no such bucket");
                }))
                .isInstanceOf(FileSystemException.class)
                .hasMessage("s3://b/a: no such bucket");
        assertThatThrownBy(() -> Attempts.of("s3://b/a", () -> {
                    asked.incrementAndGet();
                    throw new DataException(DataException.Kind.CORRUPT, "s3://b/a", "it changed");
                }))
                .isInstanceOf(DataException.class);
        assertThat(asked).hasValue(3);
    }
}
