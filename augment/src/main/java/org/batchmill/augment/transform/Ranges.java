package org.batchmill.augment.transform;

import org.batchmill.records.UsageException;

/** Checks what users ask transforms for. */
final class Ranges {

    private Ranges() {}

    static void require(boolean holds, String rule) {
        if (!holds) {
            throw new UsageException("a policy breaks the rule of " + rule);
        }
    }
}
