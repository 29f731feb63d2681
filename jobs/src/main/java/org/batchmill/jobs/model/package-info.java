/**
 * Trained models: read from a file and put onto an engine whose memory suffices. All jobs that use a model may call it. It neither
 * trains nor evaluates.
 */
package org.batchmill.jobs.model;
