package org.batchmill.it;

import org.junit.jupiter.api.Tag;

/** The same, where the disk becomes full while a file is opened, written on, flushed or renamed. */
@Tag("long")
@Tag("concurrent")
class EveryFullDiskTest extends FullDiskTest {

    @Override
    boolean every() {
        return true;
    }
}
