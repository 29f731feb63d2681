/** Where samples come from: folders, record files, topics. Knows nothing of training. */
package org.batchmill.ingest.sources;
