package org.batchmill.testing;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The seed of random tests: printed by each, and taken back with {@code -Dbatchmill.seed=N}. */
public final class Seed {

    private Seed() {}

    /** The seed given on the command line, else a fresh one; prints it with the name of the test. */
    public static long of(Object test) {
        String given = System.getProperty("batchmill.seed");
        long seed = given == null || given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
        System.out.println(test.getClass().getSimpleName() + ": -Dbatchmill.seed=" + seed);
        return seed;
    }

    /** A generator that gives the same numbers for the same seed on every machine. */
    public static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
