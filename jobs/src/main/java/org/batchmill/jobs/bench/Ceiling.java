package org.batchmill.jobs.bench;

import java.io.IOException;

/** What an input pipeline can at most come to: a loop that does the same work with nothing around it. Used by one thread; owned by whoever made it. */
interface Ceiling extends AutoCloseable {

    /** Goes through epochs, one behind the other; returns how many images a second. */
    double imagesPerSecond(long epochs) throws IOException, InterruptedException;

    /** What the loop consists of, in a word. */
    String kind();

    @Override
    void close();
}
