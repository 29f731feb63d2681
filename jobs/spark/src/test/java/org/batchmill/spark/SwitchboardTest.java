package org.batchmill.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that come, speak and go, over real connections. */
@Timeout(300)
@Tag("concurrent")
class SwitchboardTest {

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Report report = new Report(new PrintStream(said, true, StandardCharsets.UTF_8));

    private static Socket call(Switchboard board) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), board.port());
    }

    /** A rank's task, which is known when this returns. */
    private Line join(Switchboard board, int rank) throws Exception {
        Line line = new Line(call(board));
        line.greet(board.secret(), 0, rank);
        line.send(Line.OUT, "rank " + rank + " is there");
        Await.until("it is known", () -> said.toString(StandardCharsets.UTF_8).contains("rank " + rank + " is there"));
        return line;
    }

    @Test
    void shouldKnowThatATaskIsGoneWhoseLineBreaksOff() throws Exception {
        try (Switchboard board = Switchboard.open(2, 0, Duration.ofMinutes(5), report);
                Line other = join(board, 1)) {
            try (Socket broken = call(board)) {
                DataOutputStream out = new DataOutputStream(broken.getOutputStream());
                out.writeUTF(board.secret());
                out.writeInt(0);
                out.writeInt(0);
                out.writeByte(Line.OUT); // and not how long the line is
            }
            other.send(Line.ENDED, 0);

            assertThat(other.sign()).isEqualTo(Line.AGAIN);
            assertThat(board.lost()).isEqualTo("Spark lost the task of rank 0");
        }
    }

    @Test
    void shouldEndTheOthersWhereARankFailsBehindOneThatIsDone() throws Exception {
        try (Switchboard board = Switchboard.open(3, 0, Duration.ZERO, report);
                Line done = join(board, 0);
                Line failed = join(board, 1);
                Line waits = join(board, 2)) {
            done.send(Line.ENDED, 0);
            done.send(Line.OUT, "this is heard behind it");
            Await.until("it was", () -> said.toString(StandardCharsets.UTF_8).contains("behind it"));
            failed.send(Line.ENDED, 1);

            assertThat(waits.sign()).isEqualTo(Line.KILL);
        }
    }

    @Test
    void shouldNotHearWhoDoesNotKnowTheSecret() throws Exception {
        try (Switchboard board = Switchboard.open(1, 0, Duration.ZERO, report);
                Line stranger = new Line(call(board))) {
            stranger.greet("guessed", 0, 0);

            assertThat(stranger.sign()).isEqualTo(Line.GONE);
            assertThat(board.requestStop()).isFalse();
        }
    }
}
