package org.batchmill.jobs.train;

import org.batchmill.train.loop.TrainingLoop;

/** Passes a stop to whoever can heed it: the loop while there is one, else the thread that runs the job. Thread-safe. */
final class StopSwitch {

    private TrainingLoop loop;
    private Thread thread;
    private boolean requested;

    /** @return whether there will be a checkpoint */
    synchronized boolean request() {
        requested = true;
        if (loop != null) {
            loop.requestStop();
            return true;
        }
        if (thread != null) {
            thread.interrupt();
        }
        return false;
    }

    /** From now on a stop is the loop's. */
    synchronized void begins(TrainingLoop next) {
        loop = next;
        if (requested) {
            Thread.interrupted(); // it came while nobody heeded it; the loop ends by itself
            next.requestStop();
        }
    }

    synchronized void ended() {
        loop = null;
    }

    /** @param running null for no thread */
    synchronized void runsOn(Thread running) {
        thread = running;
    }
}
