/**
 * A detector at work on images, folders and videos. The command line and the demonstration may call it. It needs no labels.
 */
package org.batchmill.jobs.detect;
