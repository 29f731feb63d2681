/**
 * Runs shown in a browser: by a small server while they go on, which reads run folders, its own or those of other processes, and by the
 * same pages frozen in one file when they have ended. The command line opens the server; trainings and searches write the file. The server
 * writes nothing, and never waits for a training.
 */
package org.batchmill.jobs.dashboard;
