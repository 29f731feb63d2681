package org.batchmill.train.host.plan;

import java.util.List;

/** One operation of a plan. Engines implement it with what they need to run it. */
public interface Operation {

    /** Which half of a step. */
    enum Pass {
        FORWARD,
        BACKWARD
    }

    /** The layer that it works for. */
    String layer();

    Pass pass();

    /** What is run, for people: the kind of operation, the implementation, what is fused into it. */
    String describe();

    /** What it reads; a buffer that it changes in place stands in both lists. */
    List<Buffer> reads();

    List<Buffer> writes();
}
