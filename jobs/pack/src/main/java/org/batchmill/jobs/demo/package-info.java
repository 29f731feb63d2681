/**
 * The demonstration: drawn images, a short training, an evaluation and an image of what was found. Only the command line calls
 * it. It is made of other jobs and decides nothing that they do not.
 */
package org.batchmill.jobs.demo;
