/** What a run calls its files and comes to, and what its numbers look like as charts and tables. Called by tasks and jobs. */
package org.batchmill.jobs.report;
