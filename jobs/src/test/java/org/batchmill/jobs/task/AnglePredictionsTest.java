package org.batchmill.jobs.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnglePredictionsTest {

    @TempDir
    Path folder;

    @Test
    void shouldWriteATableWhateverFramesAreCalled() throws Exception {
        AnglePredictions angles = new AnglePredictions();
        angles.add("a, \"b\".mp4#0", .5f, .25f);
        angles.add("c.mp4#1", Float.NaN, -1);
        Path csv = folder.resolve("angles.csv");
        angles.write(csv);
        assertThat(Files.readAllLines(csv))
                .containsExactly("sample,truth,prediction", "\"a, \"\"b\"\".mp4#0\",0.5,0.25", "c.mp4#1,,-1.0");
    }
}
