package org.batchmill.engine.nd4j.plan;

import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.host.Workers;

/** What host operations need to know of the running step. */
public record Step(long seed, StepContext context, int rows, Workers workers) {}
