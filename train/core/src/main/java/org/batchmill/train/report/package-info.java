/** A run as one HTML page that needs neither network nor scripts. Called by the jobs when a training ends. */
package org.batchmill.train.report;
