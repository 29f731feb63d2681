/** Beam pipelines that turn folders, videos and topics into record shards. */
package org.batchmill.ingest.packing;
