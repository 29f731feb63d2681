package org.batchmill.spark;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What each task is to start.
 *
 * @param host        where the {@link Switchboard} listens, for all machines
 * @param port        its port
 * @param secret      what it asks of who connects
 * @param command     starts one rank; {@code --ranks env} is in it
 * @param folder      in which it is started, the same on all machines
 * @param run         the run folder
 * @param environment what the ranks' environment has of the starter's
 */
record GangRequest(
        String host,
        int port,
        String secret,
        List<String> command,
        String folder,
        String run,
        Map<String, String> environment)
        implements Serializable {}
