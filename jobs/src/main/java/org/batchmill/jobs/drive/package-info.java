/** A steering network at work on a video of a drive. Only the command line calls it. It needs no labels. */
package org.batchmill.jobs.drive;
