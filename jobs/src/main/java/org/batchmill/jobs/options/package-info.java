/**
 * What a job is asked to do, in groups that several jobs share. Every option has the default that its field shows; setters return
 * the group, so that options can be written in one expression.
 */
package org.batchmill.jobs.options;
