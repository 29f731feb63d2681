/** A Kafka broker for trying out: Kafka's own, of one node, as a process beside this one. */
package org.batchmill.jobs.broker;
