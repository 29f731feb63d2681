package org.batchmill.jobs.gang;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndingsTest {

    private static final int KILLED = 128 + 9;

    private static Endings of(int... codes) {
        List<EndedRank> ranks = new ArrayList<>();
        for (int code : codes) {
            ranks.add(new EndedRank(ranks.size(), code, false));
        }
        return new Endings(ranks);
    }

    @Test
    void shouldTakeTheCodeOfRanksThatEndedInOrder() {
        assertThat(of(0, 0).exitCode(false)).isZero();
        assertThat(of(Endings.STOPPED, Endings.STOPPED).exitCode(false)).isEqualTo(Endings.STOPPED);
    }

    @Test
    void shouldNotTryAgainWhatARankSaidItself() {
        assertThat(of(Endings.LOST, 2).exitCode(false)).isEqualTo(2);
        assertThat(of(KILLED, 1).exitCode(false)).isEqualTo(1);
    }

    @Test
    void shouldTryAgainWhereARankWasLost() {
        Endings one = of(Endings.LOST, KILLED, Endings.LOST);
        assertThat(one.exitCode(false)).isEqualTo(Endings.AGAIN);
        assertThat(one.lost()).isEqualTo("rank 1 was ended by signal 9");
        assertThat(one.countLost()).isEqualTo(1);
        Endings all = of(Endings.LOST, Endings.LOST);
        assertThat(all.exitCode(false)).isEqualTo(Endings.AGAIN);
        assertThat(all.lost()).isEqualTo("the ranks lost each other");
        assertThat(all.countLost()).isZero();
    }

    @Test
    void shouldEndWhereAStopWasAskedFor() {
        assertThat(of(Endings.STOPPED, KILLED).exitCode(true)).isEqualTo(Endings.STOPPED);
    }

    /** Whoever hung was ended from outside, and is whom the others waited for; but not where one was killed first. */
    @Test
    void shouldNameWhoHung() {
        EndedRank hung = new EndedRank(1, KILLED, true);
        assertThat(new Endings(List.of(new EndedRank(0, Endings.LOST, false), hung)).lost())
                .isEqualTo("rank 1 did not answer");
        assertThat(new Endings(List.of(new EndedRank(0, KILLED, false), hung)).lost())
                .isEqualTo("rank 0 was ended by signal 9");
    }
}
