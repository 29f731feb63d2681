/**
 * Runs shown in a browser while they go on: a small server that reads run folders, its own or those of other processes, and pages that
 * draw what it answers. Only the command line calls it. It writes nothing, and never waits for a training.
 */
package org.batchmill.jobs.dashboard;
