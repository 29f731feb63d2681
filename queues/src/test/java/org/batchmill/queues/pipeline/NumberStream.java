package org.batchmill.queues.pipeline;

import java.util.function.IntPredicate;

/** The numbers from 0 on, some of which cannot be read. */
class NumberStream implements StreamSource<Integer> {

    private final int size;
    private final IntPredicate bad;
    private int next;

    NumberStream(int size, IntPredicate bad) {
        this.size = size;
        this.bad = bad;
    }

    @Override
    public Integer next() throws Exception {
        if (next == size) {
            return null;
        }
        int number = next++;
        if (bad.test(number)) {
            throw new Ledger.BadElement(number);
        }
        return number;
    }

    @Override
    public String position() {
        return "at " + next;
    }

    @Override
    public void seek(String position) {
        next = Integer.parseInt(position.substring("at ".length()));
    }
}
