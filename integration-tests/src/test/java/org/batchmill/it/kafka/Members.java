package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Two processes that share the partitions of a topic. */
final class Members {

    private static final int COUNT = 2;
    private static final int LATEST_MILLIS = 6000;

    /** Starts one, which takes the place of the one of its number before. */
    interface Start {
        TrainerProcess of(int number) throws Exception;
    }

    private Members() {}

    /** One of them, at random, is killed at random moments and started again, so many times; in the end all are. */
    static void kill(int kills, RandomGenerator random, Start start) throws Exception {
        List<TrainerProcess> members = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            members.add(start.of(i));
        }
        try {
            for (int kill = 1; kill <= kills; kill++) {
                int which = random.nextInt(members.size());
                long millis = random.nextLong(LATEST_MILLIS);
                boolean hit = members.get(which).killAfter(millis);
                assertThat(hit).as(members.get(which).log()).isTrue();
                System.out.printf(Locale.ROOT, "kill %d: member %d after %d ms%n", kill, which, millis);
                members.set(which, start.of(which));
            }
        } finally {
            members.forEach(TrainerProcess::close);
        }
    }
}
