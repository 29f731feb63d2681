/**
 * The data set doctor: reads a whole data set once and reports what is wrong with it or merely odd. It finds; drawing what it
 * found is done elsewhere. The command line and jobs use this package.
 */
package org.batchmill.records.doctor;
