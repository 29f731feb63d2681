package org.batchmill.train.loop;

import org.junit.jupiter.api.Tag;

/** All that is promised of ranks holds where their sums go on beside the pass. */
@Tag("concurrent")
class OverlappedSumsTest extends GangTrainingTest {

    @Override
    boolean overlapsSums() {
        return true;
    }
}
