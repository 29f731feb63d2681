/**
 * The training job: a run from its options to its last checkpoint, and the record that it keeps of itself. The command line, the
 * search for settings and the demonstration may call it. What a task or a topic decides is asked of their rooms.
 */
package org.batchmill.jobs.train;
