package org.batchmill.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.batchmill.jobs.JobListener;

/** Shows how a job goes on: a bar with an estimate on a terminal, a plain line in half a minute elsewhere, which a log file can bear. */
final class ProgressDisplay implements JobListener, AutoCloseable {

    private static final long PLAIN_LINE_NANOS = Duration.ofSeconds(30).toNanos();

    private final Terminal terminal;
    private String work;
    private ProgressBar bar;
    private long started;
    private long doneBefore;
    private long lastLine;
    private String lastShown = "";
    private String pending = "";

    ProgressDisplay(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void onRunFolder(Path folder) {
        LogFile.open(folder);
    }

    @Override
    public synchronized void log(String line) {
        closeBar();
        terminal.progress(line);
    }

    @Override
    public synchronized void warn(String line) {
        closeBar();
        terminal.progress("warning: " + line);
    }

    @Override
    public synchronized void progress(String what, long done, long total, String detail) {
        if (!what.equals(work)) {
            finished(work);
            work = what;
            started = System.nanoTime();
            // A resumed run begins far behind 0: what was done before says nothing of the pace.
            doneBefore = done;
            lastLine = started;
        }
        if (terminal.interactive()) {
            showBar(done, total, detail);
        } else {
            showLine(done, total, detail);
        }
    }

    private void showBar(long done, long total, String detail) {
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName(VisibleText.line(work))
                    .setInitialMax(total == 0 ? -1 : total)
                    .startsFrom(done, Duration.ofNanos(System.nanoTime() - started))
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    .setConsumer(new ConsoleProgressBarConsumer(terminal.err()))
                    .build();
        }
        bar.stepTo(done);
        bar.setExtraMessage(" " + VisibleText.line(detail));
    }

    private void showLine(long done, long total, String detail) {
        long now = System.nanoTime();
        StringBuilder line = new StringBuilder(work).append(": ").append(done);
        if (total > 0) {
            line.append('/').append(total);
        }
        if (!detail.isEmpty()) {
            line.append("  ").append(detail);
        }
        String remaining = remaining(done - doneBefore, total - doneBefore, now - started);
        pending = line + remaining;
        if (now - lastLine >= PLAIN_LINE_NANOS) {
            lastLine = now;
            lastShown = pending;
            terminal.progress(pending);
        }
    }

    private static String remaining(long done, long total, long nanos) {
        if (total <= 0 || done == 0 || done >= total) {
            return "";
        }
        long seconds = (long) (nanos * 1e-9 * (total - done) / done);
        return String.format(Locale.ROOT, "  ETA %d:%02d", seconds / 60, seconds % 60);
    }

    @Override
    public synchronized void finished(String what) {
        if (work != null && work.equals(what)) {
            closeBar();
            if (!terminal.interactive() && !pending.equals(lastShown)) {
                terminal.progress(pending);
            }
            pending = "";
            lastShown = "";
            work = null;
        }
    }

    private void closeBar() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public synchronized void close() {
        finished(work);
    }
}
