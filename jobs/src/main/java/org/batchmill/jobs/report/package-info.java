/** What a run and its metrics look like: one HTML page that needs neither network nor scripts, and charts. Called by tasks and jobs. */
package org.batchmill.jobs.report;
