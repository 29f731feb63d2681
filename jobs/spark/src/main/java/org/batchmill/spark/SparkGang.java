package org.batchmill.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.batchmill.jobs.gang.Endings;
import org.batchmill.queues.threads.WorkerThread;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The process that asks Spark for the ranks of a gang: one barrier stage, whose tasks start together and are started again together when
 * one is lost. Standard input says when to stop, and ends with whoever started this; standard output is a {@link Report}.
 *
 * <p>Arguments: master, ranks, cores of each, restarts, seconds of patience, a file of settings or nothing, the run folder, and what
 * starts a rank.
 */
public final class SparkGang {

    /** Variables that the launcher's script sets for the sake of speed, and of names beyond ASCII. */
    private static final List<String> HANDED_ON = List.of(
            "LC_ALL",
            "GLIBC_TUNABLES",
            "MALLOC_ARENA_MAX",
            "MALLOC_MMAP_THRESHOLD_",
            "MALLOC_TRIM_THRESHOLD_",
            "MALLOC_TOP_PAD_",
            "OPENCV_LOG_LEVEL",
            "OMP_WAIT_POLICY",
            "GOMP_SPINCOUNT",
            "OPENBLAS_NUM_THREADS");

    /** How often Spark looks whether it has room for all ranks, one second apart: it may have to start executors first. */
    private static final int LOOKS = 300;

    private static final int COMMAND = 7;
    private static final int FAILED = 1;
    private static final int REFUSED = 2;

    /** How long the ranks have to write a checkpoint when whoever started this is gone. */
    private static final Duration LAST_SECONDS = Duration.ofSeconds(10);

    private final Report report;
    private final String master;
    private final int ranks;
    private final int restarts;
    private final String run;
    private final Switchboard board;

    private SparkGang(Report report, String[] arguments) throws IOException {
        this.report = report;
        this.master = arguments[0];
        this.ranks = Integer.parseInt(arguments[1]);
        this.restarts = Integer.parseInt(arguments[3]);
        this.run = arguments[6];
        this.board = Switchboard.open(ranks, restarts, Duration.ofSeconds(Long.parseLong(arguments[4])), report);
    }

    /** Runs one gang; exits with the ranks' exit code. */
    public static void main(String[] arguments) throws Exception {
        Report report = new Report(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        // Whatever Spark prints goes to its log.
        System.setOut(System.err);
        SparkGang gang = new SparkGang(report, arguments);
        WorkerThread.start("launcher", gang::heed, failure -> gang.stop());
        System.exit(gang.run(settings(arguments), List.copyOf(List.of(arguments).subList(COMMAND, arguments.length))));
    }

    private static SparkConf settings(String[] arguments) throws IOException {
        SparkConf conf = new SparkConf().setAppName("batchmill");
        if (!arguments[5].isEmpty()) {
            Properties given = new Properties();
            try (InputStream in = Files.newInputStream(Path.of(arguments[5]))) {
                given.load(in);
            }
            given.stringPropertyNames().forEach(name -> conf.set(name, given.getProperty(name)));
        }
        conf.setIfMissing("spark.ui.enabled", "false");
        // Spark looks for slots each quarter of a minute otherwise: its executors come within seconds where machines
        // are free.
        conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
        conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", Integer.toString(LOOKS));
        String own = Stream.of(SparkGang.class, WorkerThread.class)
                .map(SparkGang::jar)
                .collect(Collectors.joining(","));
        return conf.setMaster(arguments[0])
                .set("spark.task.cpus", arguments[2])
                .set("spark.stage.maxConsecutiveAttempts", Integer.toString(Integer.parseInt(arguments[3]) + 1))
                .set("spark.jars", conf.contains("spark.jars") ? conf.get("spark.jars") + "," + own : own);
    }

    private static String jar(Class<?> type) {
        try {
            return type.getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private int run(SparkConf conf, List<String> command) throws IOException {
        JavaSparkContext spark;
        try {
            spark = new JavaSparkContext(conf);
        } catch (Exception e) { // Scala throws what it likes
            report.refused("Spark does not start with master " + master + ": " + line(e));
            return REFUSED;
        }
        report.log("Spark's master " + master + " is asked for " + ranks + " ranks at once");
        try (spark) {
            stage(spark, request(spark.getConf().get("spark.driver.host"), command));
            return board.exitCode();
        } catch (Exception e) { // Scala throws what it likes
            report.failed(board.lost() == null ? "Spark ended the ranks: " + line(e) : tooOften(board.lost()));
            return FAILED;
        } finally {
            board.close();
        }
    }

    private String tooOften(String lost) {
        return lost + ", and a gang starts again at most " + restarts
                + " times (--max-restarts); the ranks' logs are in " + run;
    }

    private GangRequest request(String host, List<String> command) {
        Map<String, String> environment = new TreeMap<>(System.getenv());
        environment.keySet().retainAll(HANDED_ON);
        return new GangRequest(
                host, board.port(), board.secret(), command, System.getProperty("user.dir"), run, environment);
    }

    /** Spark tries a stage again that others read from; one that brings results itself is not. Hence the last step, which does nothing. */
    private void stage(JavaSparkContext spark, GangRequest request) {
        // Tasks that wait for their ranks are to hear of it when they are killed.
        spark.setJobGroup(UUID.randomUUID().toString(), "ranks of a gang", true);
        ClassTag<Integer> type = ClassTag$.MODULE$.apply(Integer.class);
        JavaRDD<Integer> numbers =
                spark.parallelize(IntStream.range(0, ranks).boxed().toList(), ranks);
        RDD<Integer> staged = numbers.rdd().barrier().mapPartitions(new RankTask(request), false, type);
        new JavaRDD<>(staged, type).repartition(1).collect();
    }

    private static String line(Throwable e) {
        Throwable cause = e;
        while (cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return Objects.toString(cause.getMessage(), cause.toString())
                .lines()
                .findFirst()
                .orElse("")
                .strip();
    }

    /** Whoever started this asks for a stop by a character, or is gone. */
    private void heed() throws IOException, InterruptedException {
        int read = System.in.read();
        while (read >= 0) {
            stop();
            read = System.in.read();
        }
        stop();
        Thread.sleep(LAST_SECONDS.toMillis());
        Runtime.getRuntime().halt(Endings.STOPPED);
    }

    private void stop() {
        if (!board.requestStop()) {
            System.exit(Endings.STOPPED);
        }
    }
}
