package org.batchmill.spark;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.batchmill.jobs.gang.EndedRank;
import org.batchmill.jobs.gang.Endings;
import org.batchmill.queues.threads.WorkerThread;

/**
 * Where the tasks of all ranks call: hands on what rank 0 prints, asks ranks to stop, hears how they ended and says what follows. Knows one
 * attempt of Spark's stage at a time. Thread-safe.
 */
final class Switchboard implements AutoCloseable {

    /** In place of an exit code, of a rank whose task is gone. */
    private static final int TASK_LOST = -1;

    private final int ranks;
    private final int restarts;
    private final Duration patience;
    private final Report report;
    private final ServerSocket server;
    private final String secret = UUID.randomUUID().toString();

    private int attempt = -1;
    private Line[] lines;
    private Integer[] ended;
    private boolean[] killed;
    private boolean ending;
    private boolean stopRequested;
    private int exitCode = Endings.AGAIN;
    private String lost;

    private Switchboard(int ranks, int restarts, Duration patience, Report report) throws IOException {
        this.ranks = ranks;
        this.restarts = restarts;
        this.patience = patience;
        this.report = report;
        this.server = new ServerSocket(0);
    }

    /**
     * Opens one.
     *
     * @param patience how long ranks may take to end once one has ended badly
     */
    static Switchboard open(int ranks, int restarts, Duration patience, Report report) throws IOException {
        Switchboard board = new Switchboard(ranks, restarts, patience, report);
        WorkerThread.start("switchboard", board::accept, failure -> {});
        return board;
    }

    int port() {
        return server.getLocalPort();
    }

    String secret() {
        return secret;
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket socket = server.accept();
            WorkerThread.start("line", () -> serve(new Line(socket)), failure -> {});
        }
    }

    private void serve(Line line) throws IOException {
        try (line) {
            if (!line.word().equals(secret)) {
                return;
            }
            int its = line.number();
            int rank = line.number();
            if (!joins(its, rank, line)) {
                return;
            }
            try {
                hear(line, its, rank);
            } finally {
                ended(its, rank, TASK_LOST); // it may have gone in the middle of a word
            }
        }
    }

    private void hear(Line line, int its, int rank) throws IOException {
        for (int sign = line.sign(); sign != Line.GONE; sign = line.sign()) {
            switch (sign) {
                case Line.OUT -> report.out(line.text());
                case Line.ERROR -> report.error(line.text());
                default -> ended(its, rank, line.number());
            }
        }
    }

    private synchronized boolean joins(int its, int rank, Line line) {
        if (its < attempt || rank >= ranks) {
            return false;
        }
        if (its > attempt) {
            attempt = its;
            lines = new Line[ranks];
            ended = new Integer[ranks];
            killed = new boolean[ranks];
            ending = false;
            lost = null;
        }
        lines[rank] = line;
        if (stopRequested) {
            line.send(Line.STOP);
        }
        return true;
    }

    private synchronized void ended(int its, int rank, int code) {
        if (its != attempt || ended[rank] != null) {
            return;
        }
        ended[rank] = code;
        if (code != 0 && !ending) {
            ending = true;
            WorkerThread.start("end-of-gang", () -> endOthers(its), failure -> {});
        }
        if (countEnded() == ranks) {
            decide();
        }
        notifyAll();
    }

    private int countEnded() {
        int count = 0;
        for (Integer one : ended) {
            count += one == null ? 0 : 1;
        }
        return count;
    }

    private synchronized void endOthers(int its) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (its == attempt && countEnded() < ranks) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                kill();
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private void kill() {
        for (int rank = 0; rank < ranks; rank++) {
            if (ended[rank] == null && lines[rank] != null) {
                killed[rank] = true;
                lines[rank].send(Line.KILL);
            }
        }
    }

    private void decide() {
        List<EndedRank> all = new ArrayList<>();
        String taskLost = null;
        for (int rank = 0; rank < ranks; rank++) {
            all.add(new EndedRank(rank, ended[rank], killed[rank]));
            if (ended[rank] == TASK_LOST && taskLost == null) {
                taskLost = "Spark lost the task of rank " + rank;
            }
        }
        Endings endings = new Endings(all);
        exitCode = endings.exitCode(stopRequested);
        boolean again = exitCode == Endings.AGAIN;
        if (again) {
            lost = taskLost == null ? endings.lost() : taskLost;
            if (attempt < restarts) {
                report.warn(lost + ": Spark starts all ranks again, " + (attempt + 1) + " of " + restarts + " times");
            }
        }
        for (Line line : lines) {
            line.send(again ? Line.AGAIN : Line.DONE);
        }
    }

    /**
     * Ends all ranks behind the same step.
     *
     * @return false if none has been started yet
     */
    synchronized boolean requestStop() {
        stopRequested = true;
        if (attempt < 0) {
            return false;
        }
        for (Line line : lines) {
            if (line != null) {
                line.send(Line.STOP);
            }
        }
        return true;
    }

    /** How the ranks ended; {@link Endings#AGAIN} if they did not. */
    synchronized int exitCode() {
        return exitCode;
    }

    /** One line about the rank that was lost last; null if none was. */
    synchronized String lost() {
        return lost;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
