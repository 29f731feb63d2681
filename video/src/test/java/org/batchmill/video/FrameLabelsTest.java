package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameLabelsTest {

    private static final JoinOptions TOLERANT = JoinOptions.DEFAULT.maxMismatches(0.5);

    @TempDir
    Path folder;

    private FrameLabels join(int frames, String log, JoinOptions options) throws Exception {
        return FrameLabels.join(DrawnDrive.write(folder, 1, frames, log), options);
    }

    @Test
    void shouldJoinByFrameIndex() throws Exception {
        FrameLabels labels = FrameLabels.join(DrawnDrive.write(folder, 1, 30), JoinOptions.DEFAULT);
        for (int i = 0; i < 30; i++) {
            assertThat(labels.angle(i)).isEqualTo(DrawnDrive.angle(i));
        }
        assertThat(labels.report()).isEqualTo(new JoinReport(30, 30, 30, 0, 0, 0, 0, false));
    }

    @Test
    void shouldCountEveryFlawOfALog() throws Exception {
        String log = "frame,wheel\r\n0,.5\r\n\r\n1,NaN\r\n2,left\r\n4,.1\r\n3,.2\r\n5,.6,7\r\n9,1\r\n25,.3\r\n";
        FrameLabels labels = join(10, log, JoinOptions.DEFAULT.maxMismatches(1));
        assertThat(labels.report()).isEqualTo(new JoinReport(10, 4, 3, 7, 1, 4, 1, true));
        assertThat(labels.angle(0)).isEqualTo(.5f);
        assertThat(labels.angle(1)).isNaN();
        assertThat(labels.angle(4)).isEqualTo(.1f);
        assertThat(labels.angle(9)).isEqualTo(1f);
    }

    @Test
    void shouldRefuseMoreMismatchesThanTheLimit() throws Exception {
        String log = "frame,wheel\n0,0\n1,0\n2,0\n3,0\n4,0\n5,0\n6,0\n7,0\n";
        assertThat(join(10, log, JoinOptions.DEFAULT.maxMismatches(.2)).report().mismatches())
                .isEqualTo(2);
        assertThatThrownBy(() -> join(10, log, JoinOptions.DEFAULT.maxMismatches(.19)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("epoch01_steering.csv")
                .hasMessageContaining("2 frames without a row");
    }

    @Test
    void shouldJoinByTimeWhereFramesWereDropped() throws Exception {
        // The recorder dropped rows 3 and 4: by time the others still find their frame.
        String log = "ts_micro,frame_index,wheel\n";
        int row = 0;
        for (int frame : new int[] {0, 1, 2, 5, 6, 7, 8, 9}) {
            log += (77_000_000L + frame * 40_000L + 3_000) + "," + row++ + "," + frame / 10f + "\n";
        }
        FrameLabels labels = join(10, log, TOLERANT.by(JoinOptions.By.TIME).tolerance(Duration.ofMillis(15)));
        assertThat(labels.angle(5)).isEqualTo(.5f);
        assertThat(labels.angle(9)).isEqualTo(.9f);
        assertThat(labels.angle(3)).isNaN();
        assertThat(labels.report().joined()).isEqualTo(8);
    }

    @Test
    void shouldRefuseToJoinByTimeWithoutTimes() {
        assertThatThrownBy(() -> join(3, "frame,wheel\n0,0\n1,0\n2,0\n", TOLERANT.by(JoinOptions.By.TIME)))
                .hasMessageContaining("no ts_micro");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "a,b\n1,2\n"})
    void shouldRefuseOtherColumns(String log) {
        assertThatThrownBy(() -> join(3, log, TOLERANT)).hasMessageContaining("columns");
    }

    @Test
    void shouldNameTheVideoThatHasNoLog() throws Exception {
        DriveEpoch epoch = DrawnDrive.write(folder, 3, 5);
        Files.delete(epoch.log());
        assertThatThrownBy(() -> DriveEpoch.find(folder))
                .hasMessageContaining("epoch03_front.mp4")
                .hasMessageContaining("epoch03_steering.csv");
    }

    @Test
    void shouldJoinTheSharedDrives() throws Exception {
        List<JoinReport> reports = new ArrayList<>();
        for (DriveEpoch epoch : DriveEpoch.find(SharedData.data("steering"))) {
            reports.add(FrameLabels.join(epoch, JoinOptions.DEFAULT).report());
        }
        assertThat(reports).hasSize(5).allSatisfy(report -> assertThat(report)
                .isEqualTo(new JoinReport(505, 505, 505, 0, 0, 0, 0, false)));
    }
}
