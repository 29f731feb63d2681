/**
 * Samples sent to a topic as messages. Only the command line calls it. The other side, which reads them, is in the topic room.
 */
package org.batchmill.jobs.produce;
