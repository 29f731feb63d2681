package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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

    /** Rows of two threads that overtake each other: each frame still finds what was logged when it was shown. */
    @Test
    void shouldJoinByTimeWhateverTheOrderOfTheRows() throws Exception {
        String log = "ts_micro,frame_index,wheel\n";
        int row = 0;
        for (int shown : new int[] {0, 2, 1, 3, 7, 4, 5, 6, 8, 9}) {
            log += (5_000_000L + shown * 40_000L) + "," + row++ + "," + shown / 10f + "\n";
        }
        FrameLabels labels = join(10, log, JoinOptions.DEFAULT.by(JoinOptions.By.TIME));
        for (int frame = 0; frame < 10; frame++) {
            assertThat(labels.angle(frame)).as("frame %d", frame).isEqualTo(frame / 10f);
        }
    }

    @Test
    void shouldSayWhereAClockGoesBack() throws Exception {
        String log = "ts_micro,frame_index,wheel\n";
        for (int row = 0; row < 10; row++) {
            log += (5_000_000_000L + row * 40_000L - (row > 5 ? 3_600_000_000L : 0)) + "," + row + ",0\n";
        }
        String set = log;
        assertThatThrownBy(() -> join(10, set, JoinOptions.DEFAULT.by(JoinOptions.By.TIME)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("3 frames without a row")
                .hasMessageEndingWith("; the clock goes back: frame 6 was logged 3599.960 s before frame 5");
    }

    /** It was said to have no times. */
    @Test
    void shouldSayWhatIsWrongWithALogWithoutAGoodRow() throws Exception {
        assertThatThrownBy(() ->
                        join(10, "ts_micro,frame_index,wheel\n1.5,0,0\n", JoinOptions.DEFAULT.by(JoinOptions.By.TIME)))
                .hasMessageContaining("10 frames without a row")
                .hasMessageContaining("line 2: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n\nframe,wheel\n0,-.5\n1,.25\n",
                "Frame;Wheel;note\n0;-0,5;a\n1;0,25;b\n",
                "WHEEL\tFRAME_INDEX\n-.5\t0\n.25\t1\n",
                "frame_index,frame,wheel\n0,9,-.5\n1,8,.25\n"
            })
    void shouldReadLogsAsOtherProgramsWriteThem(String log) throws Exception {
        FrameLabels labels = join(2, log, JoinOptions.DEFAULT);
        assertThat(labels.angle(0)).isEqualTo(-.5f);
        assertThat(labels.angle(1)).isEqualTo(.25f);
    }

    private static final JoinOptions LOOSE = TOLERANT.maxMismatches(9);

    /** Logged four times as often as frames come: no row is there in vain. */
    @Test
    void shouldNotMissFramesForRowsBetweenThem() throws Exception {
        StringBuilder log = new StringBuilder("ts_micro,frame_index,wheel\n");
        for (int row = 0; row < 80; row++) {
            log.append(row * 10_000L)
                    .append(',')
                    .append(row)
                    .append(',')
                    .append(row / 4f)
                    .append('\n');
        }
        FrameLabels labels = join(10, log.toString(), LOOSE.by(JoinOptions.By.TIME));
        assertThat(labels.angle(7)).isEqualTo(7f);
        // The drive ends 50 ms behind its last frame, the log 430 ms.
        assertThat(labels.report().rowsWithoutFrame()).isEqualTo(38);
    }

    /** A steering computer that answers 70 ms late and half as often as the camera takes frames. */
    @Test
    void shouldMoveByAnOffsetAndTakeWhatLiesBetweenTwoRows() throws Exception {
        String log = "ts_micro,frame_index,wheel\n";
        for (int row = 0; row < 5; row++) {
            log += (9_000_000L + row * 80_000L) + "," + row + "," + row + "\n";
        }
        JoinOptions late = LOOSE.by(JoinOptions.By.TIME)
                .tolerance(Duration.ofMillis(81))
                .offset(.07)
                .interpolate(true);
        FrameLabels labels = join(10, log, late);
        for (int frame = 0; frame < 7; frame++) {
            assertThat(labels.angle(frame)).as("frame %d", frame).isCloseTo((frame * 40 + 70) / 80f, within(1e-6f));
        }
        // Behind the last row there is nothing to lie between: its own value, as far as the tolerance goes.
        assertThat(labels.angle(7)).isEqualTo(4f);
        assertThat(labels.angle(8)).isEqualTo(4f);
        assertThat(labels.angle(9)).isNaN();
        FrameLabels nearest = join(10, log, late.interpolate(false).tolerance(Duration.ofMillis(30)));
        assertThat(nearest.angle(0)).isEqualTo(1f);
        assertThat(nearest.angle(2)).isEqualTo(2f);
        assertThat(nearest.angle(1)).isEqualTo(1f);
        FrameLabels tight = join(10, log, late.tolerance(Duration.ofMillis(60)));
        assertThat(tight.angle(0)).as("70 ms behind one row").isNaN();
        assertThat(tight.angle(1)).isCloseTo(110 / 80f, within(1e-6f));
    }

    @Test
    void shouldMoveByFrames() throws Exception {
        String log = "frame,wheel\n0,0\n1,.1\n2,.2\n3,.3\n";
        FrameLabels later = join(4, log, LOOSE.offset(1));
        assertThat(later.angle(0)).isEqualTo(.1f);
        assertThat(later.angle(2)).isEqualTo(.3f);
        assertThat(later.angle(3)).isNaN();
        FrameLabels earlier = join(4, log, LOOSE.offset(-2));
        assertThat(earlier.angle(1)).isNaN();
        assertThat(earlier.angle(3)).isEqualTo(.1f);
        assertThatThrownBy(() -> TOLERANT.offset(.5)).hasMessageContaining("number of frames");
        assertThatThrownBy(() -> TOLERANT.interpolate(true)).hasMessageContaining("time");
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
