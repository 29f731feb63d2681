package org.batchmill.train.loop;

import org.batchmill.train.engine.Program;
import org.batchmill.train.task.Task;

/** The training as hooks see it. Used on the thread of the loop only. */
public interface LoopControl {

    /** Updates done. */
    long step();

    /** The network that is trained. */
    Program program();

    Task task();

    /** Ends the training after this step, with a checkpoint if any are written. The first reason given is kept. */
    void stop(String reason);
}
