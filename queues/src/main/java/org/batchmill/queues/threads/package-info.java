/**
 * How threads are started: everywhere in this project, and nowhere else. A thread has an heir that hears of every Throwable that ends
 * it, Errors included; what must not be interrupted runs on a thread that nobody can interrupt. All modules may use it.
 */
package org.batchmill.queues.threads;
