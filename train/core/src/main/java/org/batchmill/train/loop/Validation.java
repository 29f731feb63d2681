package org.batchmill.train.loop;

import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.batchmill.batches.Batch;
import org.batchmill.train.engine.Program;
import org.batchmill.train.task.Task;
import org.batchmill.train.task.TaskMetrics;

/**
 * Measures the network of a training on samples that it does not learn from, with the average of its weights where one is kept. Used by the loop's
 * thread, but for {@link #requestStop()}.
 */
final class Validation {

    /** What is done before each batch is read. */
    interface Between {
        void batches() throws IOException;
    }

    private final Program program;
    private final Task task;
    private final WeightAverage average;
    private final Supplier<BatchStream> source;

    private volatile BatchFeed reading;
    private volatile boolean stopAsked;

    /** @param average null where none is kept */
    Validation(Program program, Task task, WeightAverage average, Supplier<BatchStream> source) {
        this.program = program;
        this.task = task;
        this.average = average;
        this.source = source;
    }

    /** Ends the reading of samples: a validation may take longer than whoever asked for the stop waits. Thread-safe. */
    void requestStop() {
        stopAsked = true;
        BatchFeed its = reading;
        if (its != null) {
            its.requestStop();
        }
    }

    /**
     * Reads all samples.
     *
     * @param between  may request a stop
     * @param measured given the empty metrics, says what is filled in their place
     * @return null if a stop came in between
     */
    Evaluator.Outcome outcome(Between between, UnaryOperator<TaskMetrics> measured)
            throws IOException, InterruptedException {
        Map<String, float[]> trained = average == null ? Map.of() : average.swapIn(program);
        try (BatchStream samples = source.get()) {
            return new Evaluator(Predictor.of(program), task, program.spec().loss())
                    .evaluate(untilStopped(samples, between), measured.apply(task.metrics()));
        } catch (InterruptedException e) {
            if (stopAsked) {
                return null;
            }
            throw e;
        } finally {
            reading = null;
            trained.forEach(program::setParameter);
        }
    }

    private BatchStream untilStopped(BatchStream stream, Between between) {
        BatchFeed its = new BatchFeed(stream);
        reading = its;
        if (stopAsked) {
            its.requestStop();
        }
        return new BatchStream() {
            @Override
            public Batch next() throws IOException, InterruptedException {
                between.batches();
                Batch batch = its.next();
                if (batch == null && its.stopRequested()) {
                    throw new InterruptedException("a stop was requested");
                }
                return batch;
            }

            @Override
            public String state() {
                return stream.state();
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }
}
