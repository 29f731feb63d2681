/** Reading record files beside the ceiling and beside other programs. Run by hand; the tables are in docs/records.md. */
package org.batchmill.benchmarks.records;
