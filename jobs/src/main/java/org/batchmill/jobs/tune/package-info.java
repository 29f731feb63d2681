/**
 * The search for settings: trainings one after the other, and the table of what they came to. Only the command line calls it. A trial
 * is a training job like any other.
 */
package org.batchmill.jobs.tune;
