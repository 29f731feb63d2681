package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * Assembles numbers into batches of text, and keeps account: every decoded element is released once, every batch is sealed and
 * closed, or abandoned, once. Batches come from a pool of slots, as off-heap ones do.
 */
final class Ledger implements BatchAssembler<Integer, Ledger.Element, Ledger.Batch> {

    /** What is thrown for a bad element. */
    static final class BadElement extends Exception {
        private static final long serialVersionUID = 1L;

        BadElement(int element) {
            super("number " + element + " is bad");
        }
    }

    final AtomicInteger elementsAlive = new AtomicInteger();
    final AtomicInteger batchesAlive = new AtomicInteger();
    final AtomicLong nextSeal = new AtomicLong(-1);
    final AtomicInteger mostAlive = new AtomicInteger();
    final Semaphore slots;
    private int partners;
    private int unwritable = -1;
    private IntPredicate bad = n -> false;
    private IntUnaryOperator micros = n -> 0;

    Ledger() {
        this(1000);
    }

    Ledger(int slots) {
        this.slots = new Semaphore(slots);
    }

    Ledger partners(int count) {
        this.partners = count;
        return this;
    }

    /** Writing that number fails. */
    Ledger failWriting(int number) {
        this.unwritable = number;
        return this;
    }

    Ledger bad(IntPredicate which) {
        this.bad = which;
        return this;
    }

    /** Decoding an element takes that long, so that elements overtake each other. */
    Ledger micros(IntUnaryOperator ofElement) {
        this.micros = ofElement;
        return this;
    }

    /** Takes at least that long without using a processor. */
    static void pause(int micros) {
        long end = System.nanoTime() + micros * 1000L;
        for (long left = micros * 1000L; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    void expectNothingAlive() {
        assertThat(elementsAlive).as("elements not released").hasValue(0);
        assertThat(batchesAlive).as("batches not closed").hasValue(0);
    }

    /** A decoded number. */
    static final class Element {
        final int number;
        final Draw draw;
        private final AtomicInteger released = new AtomicInteger();

        Element(int number, Draw draw) {
            this.number = number;
            this.draw = draw;
        }
    }

    /** Rows of text. */
    final class Batch implements AutoCloseable {
        final long index;
        final List<String> rows = new ArrayList<>();
        final AtomicInteger closed = new AtomicInteger();
        boolean sealed;

        Batch(long index) {
            this.index = index;
        }

        @Override
        public String toString() {
            return index + String.valueOf(rows);
        }

        @Override
        public void close() {
            assertThat(closed.incrementAndGet())
                    .as("closings of batch %s", this)
                    .isEqualTo(1);
            batchesAlive.decrementAndGet();
            slots.release();
        }
    }

    @Override
    public Element decode(Integer element, Draw draw) throws Exception {
        pause(micros.applyAsInt(element));
        if (bad.test(element)) {
            throw new BadElement(element);
        }
        mostAlive.accumulateAndGet(elementsAlive.incrementAndGet(), Math::max);
        return new Element(element, draw);
    }

    @Override
    public Batch open(long index) throws InterruptedException {
        slots.acquire();
        batchesAlive.incrementAndGet();
        return new Batch(index);
    }

    @Override
    public void write(Batch batch, int row, Element element, List<Element> with, Draw draw) {
        StringBuilder text =
                new StringBuilder().append(draw.epoch()).append(':').append(element.number);
        alive(element);
        if (element.number == unwritable) {
            throw new IllegalStateException("no space for " + unwritable);
        }
        for (Element partner : with) {
            alive(partner);
            text.append('+').append(partner.number);
        }
        assertThat(element.draw).isEqualTo(draw);
        synchronized (batch) {
            assertThat(batch.sealed).isFalse();
            while (batch.rows.size() <= row) {
                batch.rows.add(null);
            }
            assertThat(batch.rows.set(row, text.toString())).isNull();
        }
    }

    private static void alive(Element element) {
        assertThat(element.released).as("releases of a number in use").hasValue(0);
    }

    @Override
    public void seal(Batch batch, int rows) {
        long before = nextSeal.getAndSet(batch.index);
        assertThat(before == -1 || before + 1 == batch.index)
                .as("sealed in order")
                .isTrue();
        synchronized (batch) {
            batch.sealed = true;
            assertThat(batch.rows).hasSize(rows).doesNotContainNull();
        }
    }

    @Override
    public void release(Element element) {
        assertThat(element.released.incrementAndGet())
                .as("releases of a number")
                .isEqualTo(1);
        elementsAlive.decrementAndGet();
    }

    @Override
    public void abandon(Batch batch) {
        batch.close();
    }

    @Override
    public int partners() {
        return partners;
    }

    /** A batch of the same rows; closing it leaves this one as it is. */
    @Override
    public Batch again(Batch batch) {
        batchesAlive.incrementAndGet();
        slots.tryAcquire();
        Batch copy = new Batch(batch.index);
        copy.rows.addAll(batch.rows);
        return copy;
    }

    @Override
    public long decodedBytes(Element decoded) {
        return 100;
    }

    @Override
    public long batchBytes(Batch batch) {
        return 1000;
    }

    @Override
    public String name(Integer element) {
        return "number " + element;
    }

    @Override
    public long bytes(Integer element) {
        return 4;
    }
}
