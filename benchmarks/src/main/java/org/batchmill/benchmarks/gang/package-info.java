/** What ranks of a gang cost each other. Run by hand: docs/gang.md says how. */
package org.batchmill.benchmarks.gang;
