package org.batchmill.queues;

class FifoQueueTest extends QueueContractTest {

    @Override
    BoundedQueue<Integer> queue(int capacity) {
        return new FifoQueue<>("numbers", capacity);
    }
}
