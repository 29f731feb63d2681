package org.batchmill.jobs.options;

/**
 * Options that several jobs share: public fields, each declared by a {@link JobOption}, that the caller fills in before the job begins;
 * what a field holds at first is its default, null that the job, the task or the recipe decides. A public field that is a group
 * itself belongs to it. A group has a public constructor without parameters. Not thread-safe while it is being filled in.
 */
public interface OptionGroup {}
