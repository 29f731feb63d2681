package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        assertThatThrownBy(() -> DriveEpoch.unlogged(folder, new ArrayList<>()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("holds no video (mp4, m4v, mkv, mov, webm, avi); there is " + foreign);
        Files.createFile(folder.resolve("b.mp4"));
        Path other = Files.createFile(folder.resolve("c.wmv"));
        List<Path> leftOut = new ArrayList<>();
        assertThat(DriveEpoch.unlogged(folder, leftOut)).hasSize(1);
        assertThat(leftOut).containsExactly(foreign, other);
        assertThat(VideoNames.foreignNotice(leftOut))
                .contains("2 videos are in containers that are not read, and are left out: " + foreign + " and others");
    }

    /** Drives with logs lie in the folder itself: what lies deeper was said to be left out for its container. */
    @Test
    void shouldLookForForeignVideosWhereItLooksForDrives() throws Exception {
        Files.createFile(folder.resolve("epoch01_front.mp4"));
        Files.createFile(folder.resolve("epoch01_steering.csv"));
        Path foreign = Files.createFile(folder.resolve("epoch02_front.ts"));
        Files.createFile(Files.createDirectory(folder.resolve("raw")).resolve("epoch03_front.ts"));
        List<Path> leftOut = new ArrayList<>();
        assertThat(DriveEpoch.find(folder, leftOut)).hasSize(1);
        assertThat(leftOut).containsExactly(foreign);
    }
}
