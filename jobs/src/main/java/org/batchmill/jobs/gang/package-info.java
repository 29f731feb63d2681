/** Processes on this machine that train together: started, watched, started again. What each of them does is {@code jobs.train}'s. */
package org.batchmill.jobs.gang;
