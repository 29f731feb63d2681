package org.batchmill.jobs.options;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.records.OptionException;
import org.batchmill.train.loop.Synchronization;

/** How many processes learn together. Not thread-safe while it is being filled in. */
public final class GangOptions implements OptionGroup {

    /** What {@code --ranks} is called by who was started as one of several. */
    public static final String ENVIRONMENT = "env";

    /** What {@code --ranks} is called by whoever has Spark start them. */
    public static final String SPARK = "spark";

    private static final Pattern RANGE = Pattern.compile("([1-9]\\d{0,3})(?:\\.\\.([1-9]\\d{0,3}))?");

    @JobOption(
            value =
                    "Learn in a gang of so many processes on this machine; 2..4: of four, and of fewer when some are lost;"
                            + " env: as the rank that RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT in the environment name;"
                            + " spark: of processes that Spark starts on its machines.",
            label = "N",
            otherwise = "alone",
            ofOneCall = true)
    public String ranks;

    @JobOption(value = "Seconds that the ranks of a gang wait for one of them.", label = "S", ofOneCall = true)
    @Within(atLeast = 1)
    public int rankTimeout = 30;

    @JobOption(
            value = "How often a gang that lost a rank is started again from its newest checkpoint.",
            label = "N",
            ofOneCall = true)
    @Within(atLeast = 0)
    public int maxRestarts = 3;

    @JobOption(
            value = "With --ranks spark: Spark's master, as in spark://host:7077.",
            label = "URL",
            otherwise = "none",
            ofOneCall = true)
    public String sparkMaster;

    @JobOption(value = "With --ranks spark: how many ranks there are.", label = "N", ofOneCall = true)
    @Within(atLeast = 1)
    public int sparkRanks = 2;

    @JobOption(value = "With --ranks spark: cores that Spark sets aside for each rank.", label = "N", ofOneCall = true)
    @Within(atLeast = 1)
    public int sparkCores = 1;

    @JobOption(
            value = "With --ranks spark: a .properties file of settings that are passed on to Spark as they are.",
            label = "FILE",
            otherwise = "Spark's own",
            ofOneCall = true,
            form = TextForms.LocalPath.class)
    public Path sparkConfig;

    @JobOption("Take batch norm over the rows of all ranks of a gang, not each rank over its own.")
    public boolean syncBatchNorm;

    @JobOption(
            value =
                    "When the ranks of a gang bring together what they learn: step sums gradients in each step, every:K averages"
                            + " weights every K steps, async has rank 0 hold the parameters for the others.",
            label = "HOW")
    public Synchronization sync = Synchronization.EACH_STEP;

    @JobOption(
            "Sum gradients over the ranks of a gang while the pass back still goes on: for networks slower than the processor's memory.")
    public boolean overlapSums;

    @JobOption(
            value =
                    "With --sync async: how many updates others may make between the pull of weights and the update by the"
                            + " gradients that are of them.",
            label = "N",
            otherwise = "any number")
    @Within(atLeast = 0)
    public Integer maxStaleness;

    /** Whether this process is one rank of several. */
    public boolean fromEnvironment() {
        return ENVIRONMENT.equals(ranks);
    }

    /** Whether Spark is to start the processes. */
    public boolean onSpark() {
        return SPARK.equals(ranks);
    }

    /** How many processes are to be started on this machine; 0 for none. */
    public int processes() {
        return ranks == null || fromEnvironment() || onSpark() ? 0 : Integer.parseInt(range()[1]);
    }

    /** How many processes go on at least where some are lost. */
    public int processesAtLeast() {
        return Integer.parseInt(range()[0]);
    }

    private String[] range() {
        Matcher range = RANGE.matcher(ranks);
        if (!range.matches()) {
            throw new OptionException(
                    "{ranks} is a number of processes, a range like 2..4, env or spark, not {}", ranks);
        }
        String least = range.group(1);
        String most = range.group(2) == null ? least : range.group(2);
        if (Integer.parseInt(least) > Integer.parseInt(most)) {
            throw new OptionException("{ranks} {} has no number in it: the smaller one comes first", ranks);
        }
        return new String[] {least, most};
    }
}
