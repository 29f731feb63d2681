package org.batchmill.video;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A bounded queue from one thread to another that wakes them seldom: who takes is woken when it is worth it, says who puts, or must be; who puts,
 * when half of the queue is free. Small frames cost less to convert than to wake a thread for. Items come out in the order in which they were put.
 *
 * <p>One thread puts and one takes; any may {@link #poll()} and {@link #clear()}. An item that is put is the queue's, also where it finds no room, and
 * then whose who takes it.
 */
final class HandOver<T> {

    private final int capacity;
    private final Consumer<? super T> free;
    private final ArrayDeque<T> items;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition drained = lock.newCondition();

    /**
     * @param capacity how many items wait at most
     * @param free     frees an item that nobody takes
     */
    HandOver(int capacity, Consumer<? super T> free) {
        this.capacity = capacity;
        this.free = free;
        this.items = new ArrayDeque<>(capacity);
    }

    /**
     * Waits for room and appends an item. Unless the queue is full with it, or {@link #wake} follows, a taker that waits may go on doing so.
     *
     * @return how many items wait now
     * @throws InterruptedException if the thread is interrupted; the item is freed then
     */
    int put(T item) throws InterruptedException {
        try {
            return append(item);
        } catch (InterruptedException e) {
            free.accept(item);
            throw e;
        }
    }

    private int append(T item) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (items.size() == capacity) {
                drained.await();
            }
            items.add(item);
            if (items.size() == capacity) {
                filled.signal();
            }
            return items.size();
        } finally {
            lock.unlock();
        }
    }

    /** Wakes the taker for whatever there is. */
    void wake() {
        lock.lock();
        try {
            if (!items.isEmpty()) {
                filled.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next item. */
    T take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (items.isEmpty()) {
                filled.await();
            }
            return remove();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next item for so long at most; null where none came. */
    T poll(long timeout, TimeUnit unit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = unit.toNanos(timeout);
            while (items.isEmpty() && left > 0) {
                left = filled.awaitNanos(left);
            }
            return remove();
        } finally {
            lock.unlock();
        }
    }

    /** The next item; null where there is none. */
    T poll() {
        lock.lock();
        try {
            return remove();
        } finally {
            lock.unlock();
        }
    }

    /** Frees what waits. */
    void clear() {
        for (T item = poll(); item != null; item = poll()) {
            free.accept(item);
        }
    }

    private T remove() {
        T item = items.poll();
        if (items.size() <= capacity / 2) {
            drained.signal();
        }
        return item;
    }
}
