package org.batchmill.jobs.detect;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.jobs.JobListener;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectJobTest {

    @TempDir
    Path folder;

    @Test
    void shouldAskAProgramWhatIsToBeLookedAt() {
        DetectOptions options = new DetectOptions();
        options.model = "shapes";
        assertThatThrownBy(() -> DetectJob.run(options, result -> {}, JobListener.SILENT))
                .isInstanceOf(UsageException.class)
                .hasMessage("images is missing: what is to be looked at?");
        assertThatThrownBy(() -> DetectJob.preview(options)).isInstanceOf(UsageException.class);
    }

    /** Videos of other containers were passed over, and where there was nothing else, images were missed. */
    @Test
    void shouldSayOfVideosInOtherContainersThatTheyAreNotRead() throws Exception {
        Path video = Files.createFile(folder.resolve("drive.ts"));
        DetectOptions options = new DetectOptions();
        options.model = "shapes";
        for (Path place : List.of(folder, video)) {
            options.images = place;
            assertThatThrownBy(() -> DetectJob.preview(options))
                    .isInstanceOf(DataException.class)
                    .hasMessage(video + ": unsupported: a video in a container that is not read, only mp4, m4v, mkv,"
                            + " mov, webm, avi");
        }
    }
}
