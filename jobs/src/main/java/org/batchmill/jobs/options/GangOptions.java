package org.batchmill.jobs.options;

import org.batchmill.records.OptionException;

/** How many processes learn together. Not thread-safe while it is being filled in. */
public final class GangOptions implements OptionGroup {

    /** What {@code --ranks} is called by who was started as one of several. */
    public static final String ENVIRONMENT = "env";

    @JobOption(
            value = "Learn in a gang of so many processes on this machine; env: as the rank that RANK, WORLD_SIZE,"
                    + " MASTER_ADDR and MASTER_PORT in the environment name.",
            label = "N",
            otherwise = "alone",
            ofOneCall = true)
    public String ranks;

    @JobOption(value = "Seconds that the ranks of a gang wait for one of them.", label = "S", ofOneCall = true)
    public int rankTimeout = 30;

    @JobOption(
            value = "How often a gang on this machine that lost a rank starts again from its newest checkpoint.",
            label = "N",
            ofOneCall = true)
    public int maxRestarts = 3;

    /** Whether this process is one rank of several. */
    public boolean fromEnvironment() {
        return ENVIRONMENT.equals(ranks);
    }

    /** How many processes are to be started; 0 for none. */
    public int processes() {
        if (ranks == null || fromEnvironment()) {
            return 0;
        }
        if (!ranks.matches("[1-9]\\d{0,3}")) {
            throw new OptionException("{ranks} is a number of processes or env, not {}", ranks);
        }
        return Integer.parseInt(ranks);
    }
}
