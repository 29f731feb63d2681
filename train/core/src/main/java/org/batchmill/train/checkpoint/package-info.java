/**
 * The whole state of a run in one file: written atomically, checked when read. Called by the loop and the jobs. Knows nothing of
 * engines beyond the names of parameters and slots.
 */
package org.batchmill.train.checkpoint;
