/**
 * Models turned into others: compressed, exported, imported. Only the command line calls these jobs. Compression evaluates what it
 * leaves, so this room stands above the evaluation.
 */
package org.batchmill.jobs.convert;
