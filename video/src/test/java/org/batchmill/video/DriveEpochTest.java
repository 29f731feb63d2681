package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.records.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriveEpochTest {

    @TempDir
    Path folder;

    /** A drive whose video had capitals, as cameras write them, was passed over beside others. */
    @Test
    void shouldFindDrivesByWhateverCaseTheirVideosEndIn() throws Exception {
        for (String name : new String[] {"epoch01_front.mp4", "epoch02_front.MP4", "epoch03_front.m4v"}) {
            Files.createFile(folder.resolve(name));
            Files.createFile(folder.resolve(name.substring(0, 7) + "_steering.csv"));
        }
        Path left = Files.createFile(folder.resolve("epoch02_left.MOV"));
        assertThat(DriveEpoch.find(folder))
                .extracting(DriveEpoch::name)
                .containsExactly("epoch01", "epoch02", "epoch03");
        assertThat(DriveEpoch.find(folder).get(1).camera("left")).isEqualTo(left);
    }

    @Test
    void shouldNameVideosInContainersThatAreNotRead() throws Exception {
        Path foreign = Files.createFile(folder.resolve("a.TS"));
        assertThatThrownBy(() -> DriveEpoch.unlogged(folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("holds no video (mp4, m4v, mkv, mov, webm, avi); there is " + foreign);
        Files.createFile(folder.resolve("b.mp4"));
        Path other = Files.createFile(folder.resolve("c.wmv"));
        assertThat(DriveEpoch.unlogged(folder)).hasSize(1);
        assertThat(DriveEpoch.foreign(folder)).containsExactly(foreign, other);
        assertThat(VideoNames.foreignNotice(DriveEpoch.foreign(folder)))
                .contains("2 videos are in containers that are not read, and are left out: " + foreign + " and others");
    }
}
