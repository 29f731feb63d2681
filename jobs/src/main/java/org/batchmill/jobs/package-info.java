/** Whole jobs as a Java API. The command line only parses, calls these and prints. */
package org.batchmill.jobs;
