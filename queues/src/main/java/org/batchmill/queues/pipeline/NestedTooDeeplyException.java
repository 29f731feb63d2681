package org.batchmill.queues.pipeline;

/**
 * Reading or decoding one element took more calls in each other than a thread's stack holds. It is a bad element's fault, and not the
 * run's: a parser that follows its nesting. An OutOfMemoryError, in contrast, meets any thread, whoever has filled the heap, and stays
 * the end of the run.
 */
final class NestedTooDeeplyException extends Exception {

    private static final long serialVersionUID = 1L;

    NestedTooDeeplyException(Throwable overflow) {
        super("it is nested too deeply to be read", overflow);
    }
}
