/**
 * The networks that Batchmill knows by name. Each is a plain {@link org.batchmill.train.network.Network}; tasks, jobs and the command line
 * ask {@link org.batchmill.train.models.Models} for them. Networks from darknet configurations come from {@code train.darknet} instead.
 */
package org.batchmill.train.models;
