package org.batchmill.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FreshFolderTest {

    /** Two trainings of the same second had one folder, and the second was told that another writes there. */
    @Test
    void shouldGiveNoNameTwice() {
        List<Path> names = Stream.generate(() -> FreshFolder.below(Path.of("runs"), "yolo"))
                .limit(100)
                .toList();
        assertThat(names).doesNotHaveDuplicates().isSorted();
        assertThat(names.get(0).toString()).matches("runs.yolo-\\d{8}-\\d{6}-\\d{3}");
    }
}
