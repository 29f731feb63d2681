/**
 * A {@link org.batchmill.records.Sample} and where samples come from. The sub-packages hold one file format each. Everything
 * above uses this package; it uses nothing of Batchmill.
 */
package org.batchmill.records;
