package org.batchmill.jobs.options;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.records.OptionException;
import org.batchmill.train.loop.Synchronization;

/** How many processes learn together. Not thread-safe while it is being filled in. */
public final class GangOptions implements OptionGroup {

    /** What {@code --ranks} is called by who was started as one of several. */
    public static final String ENVIRONMENT = "env";

    private static final Pattern RANGE = Pattern.compile("([1-9]\\d{0,3})(?:\\.\\.([1-9]\\d{0,3}))?");

    @JobOption(
            value =
                    "Learn in a gang of so many processes on this machine; 2..4: of four, and of fewer when some are lost;"
                            + " env: as the rank that RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT in the environment name.",
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

    @JobOption("Take batch norm over the rows of all ranks of a gang, not each rank over its own.")
    public boolean syncBatchNorm;

    @JobOption(
            value =
                    "When the ranks of a gang bring together what they learn: step sums gradients in each step, every:K averages"
                            + " weights every K steps, async has rank 0 hold the parameters for the others.",
            label = "HOW")
    public Synchronization sync = Synchronization.EACH_STEP;

    @JobOption(
            value =
                    "With --sync async: how many updates others may make between the pull of weights and the update by the"
                            + " gradients that are of them.",
            label = "N",
            otherwise = "any number")
    public Integer maxStaleness;

    /** Whether this process is one rank of several. */
    public boolean fromEnvironment() {
        return ENVIRONMENT.equals(ranks);
    }

    /** How many processes are to be started; 0 for none. */
    public int processes() {
        return ranks == null || fromEnvironment() ? 0 : Integer.parseInt(range()[1]);
    }

    /** How many processes go on at least where some are lost. */
    public int processesAtLeast() {
        return Integer.parseInt(range()[0]);
    }

    private String[] range() {
        Matcher range = RANGE.matcher(ranks);
        if (!range.matches()) {
            throw new OptionException("{ranks} is a number of processes, a range like 2..4, or env, not {}", ranks);
        }
        String least = range.group(1);
        String most = range.group(2) == null ? least : range.group(2);
        if (Integer.parseInt(least) > Integer.parseInt(most)) {
            throw new OptionException("{ranks} {} has no number in it: the smaller one comes first", ranks);
        }
        return new String[] {least, most};
    }
}
