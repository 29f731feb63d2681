package org.batchmill.queues;

/** Something to do that may fail. */
@FunctionalInterface
public interface ThrowingAction {

    void run() throws Exception;
}
