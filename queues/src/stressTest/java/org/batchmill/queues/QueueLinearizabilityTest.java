package org.batchmill.queues;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Lincheck runs random operations on three threads many times over, and looks for an outcome that no sequential order of the same
 * operations explains. The orders are those of the models below, which share no code with the queues.
 */
@Timeout(300)
@Tag("concurrent")
class QueueLinearizabilityTest {

    private static final int CAPACITY = 2;

    /** The operations, with results that can be compared. Those that may wait are called where they need not. */
    @Param(name = "element", gen = IntGen.class, conf = "1:4")
    public abstract static class Operations<E> {
        private final BoundedQueue<E> queue;
        private final IntFunction<E> wrap;
        private final Function<E, Integer> unwrap;

        Operations(BoundedQueue<E> queue, IntFunction<E> wrap, Function<E, Integer> unwrap) {
            this.queue = queue;
            this.wrap = wrap;
            this.unwrap = unwrap;
        }

        private static Object result(Supplier<Object> call) {
            try {
                return call.get();
            } catch (QueueException e) {
                return e.getClass().getSimpleName();
            }
        }

        @Operation
        public Object tryEnqueue(@Param(name = "element") int element) {
            return result(() -> queue.tryEnqueue(wrap.apply(element)));
        }

        @Operation
        public Object tryDequeue() {
            return result(() -> {
                E element = queue.tryDequeue();
                return element == null ? "null" : String.valueOf(unwrap.apply(element));
            });
        }

        @Operation
        public int size() {
            return queue.size();
        }

        @Operation
        public Object close() {
            return result(() -> {
                queue.close();
                return "closed";
            });
        }

        @Operation
        public boolean isClosed() {
            return queue.isClosed();
        }

        @Operation
        public Object cancel() {
            queue.close(true);
            return "cancelled";
        }

        /** A closed queue makes nobody wait, and stays closed: the look before the taking does not make two steps of it. */
        @Operation
        public Object takeTwoOnceClosed() throws InterruptedException {
            if (!queue.isClosed()) {
                return "open";
            }
            try {
                return queue.dequeueMany(2).stream().map(unwrap).toList().toString();
            } catch (OutOfRangeException e) {
                return "too few";
            }
        }
    }

    /** The same on a plain collection, for one thread. */
    public abstract static class Model {
        private final Queue<Integer> elements;
        private boolean closed;

        Model(Queue<Integer> elements) {
            this.elements = elements;
        }

        public Object tryEnqueue(int element) {
            if (closed) {
                return "QueueCancelledException";
            }
            return elements.size() < CAPACITY && elements.add(element);
        }

        public Object tryDequeue() {
            return elements.isEmpty() && closed ? "OutOfRangeException" : String.valueOf(elements.poll());
        }

        public int size() {
            return elements.size();
        }

        public Object close() {
            if (closed) {
                return "QueueAbortedException";
            }
            closed = true;
            return "closed";
        }

        public boolean isClosed() {
            return closed;
        }

        public Object cancel() {
            closed = true;
            return "cancelled";
        }

        public Object takeTwoOnceClosed() {
            if (!closed) {
                return "open";
            }
            return elements.size() < 2
                    ? "too few"
                    : List.of(elements.remove(), elements.remove()).toString();
        }
    }

    /** First in, first out. */
    public static final class Fifo extends Operations<Integer> {
        public Fifo() {
            super(new FifoQueue<>("fifo", CAPACITY), element -> element, element -> element);
        }
    }

    /** First in, first out, for one thread. */
    public static final class FifoModel extends Model {
        public FifoModel() {
            super(new ArrayDeque<>());
        }
    }

    /** Lowest first: an element is its own priority. */
    public static final class Priority extends Operations<Prioritized<Integer>> {
        public Priority() {
            super(
                    new PriorityQueue<>("priority", CAPACITY),
                    element -> new Prioritized<>(element, element),
                    Prioritized::value);
        }
    }

    /** Lowest first, for one thread. */
    public static final class PriorityModel extends Model {
        public PriorityModel() {
            super(new java.util.PriorityQueue<>());
        }
    }

    /**
     * Elements drawn at random from a seed. It is its own model, on one thread: the draws follow from the order of the calls.
     */
    public static final class Shuffled extends Operations<Integer> {
        public Shuffled() {
            super(new ShuffleQueue<>("shuffle", CAPACITY, 0, 1), element -> element, element -> element);
        }
    }

    @Test
    void shouldExplainEveryOutcomeOfAPriorityQueueBySomeOrder() {
        LinChecker.check(Priority.class, options(3).sequentialSpecification(PriorityModel.class));
    }

    @Test
    void shouldExplainEveryOutcomeOfAShuffleQueueBySomeOrder() {
        LinChecker.check(Shuffled.class, options(3));
    }

    @Test
    void shouldExplainEveryOutcomeOfAFifoBySomeOrder() {
        LinChecker.check(Fifo.class, options(3).sequentialSpecification(FifoModel.class));
    }

    @Test
    @Tag("long")
    @Timeout(3600)
    void shouldExplainEveryOutcomeOfManyMoreScenarios() {
        LinChecker.check(Priority.class, options(20).sequentialSpecification(PriorityModel.class));
        LinChecker.check(Shuffled.class, options(20));
        LinChecker.check(Fifo.class, options(20).sequentialSpecification(FifoModel.class));
    }

    /** @param scenarios so many are drawn, of three threads with three calls each */
    private static StressOptions options(int scenarios) {
        return new StressOptions()
                .iterations(scenarios)
                .invocationsPerIteration(1_000)
                .threads(3)
                .actorsBefore(2)
                .actorsPerThread(3)
                .actorsAfter(2);
    }
}
