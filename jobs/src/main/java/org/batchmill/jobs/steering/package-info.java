/**
 * What a steering network is shown: frames cut and brought to its size, stacks and sequences of them, and the angles of a
 * data set. Called by the jobs that train, evaluate and drive.
 */
package org.batchmill.jobs.steering;
