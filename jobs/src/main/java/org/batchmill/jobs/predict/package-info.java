/**
 * A classifier at work on images and folders of them. The command line may call it. It needs no labels.
 */
package org.batchmill.jobs.predict;
