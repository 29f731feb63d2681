/**
 * What a run tells while it runs and leaves in its folder: the progress line, metrics.csv, config.yaml. Called by the loop through
 * hooks and by the jobs.
 */
package org.batchmill.train.monitor;
