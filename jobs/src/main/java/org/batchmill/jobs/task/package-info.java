/**
 * What a network can be trained for: the tasks, their defaults, networks and losses, and how their options are read. Knows nothing of
 * how samples are opened or of the jobs that run. The jobs and the rooms between them and this one may call it.
 */
package org.batchmill.jobs.task;
