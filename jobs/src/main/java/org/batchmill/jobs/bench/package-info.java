/**
 * Measurements: of the pipeline without a network, and of a network without the pipeline. Only the command line calls it. What is
 * measured is what the other rooms use.
 */
package org.batchmill.jobs.bench;
