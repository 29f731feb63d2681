package org.batchmill.batches.served;

/**
 * Where a server of batches is, or is to be.
 *
 * @param host a name or a number, not looked up
 * @param port 0 to 65,535
 */
public record ServerAddress(String host, int port) {

    private static final int LARGEST_PORT = 65_535;

    /**
     * @param text {@code HOST:PORT}
     * @return null if it is something else
     */
    public static ServerAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        int port;
        try {
            port = Integer.parseInt(text.substring(colon + 1));
        } catch (NumberFormatException e) {
            return null;
        }
        return colon < 1 || port < 0 || port > LARGEST_PORT ? null : new ServerAddress(text.substring(0, colon), port);
    }
}
