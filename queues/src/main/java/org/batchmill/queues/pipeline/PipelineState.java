package org.batchmill.queues.pipeline;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Where a pipeline stands behind a batch: small, exact, and the same whatever the number of workers. A pipeline that is built
 * alike and restored from it goes on with identical batches.
 *
 * @param order    what decides the order (seed, shuffle, size, shard): a restore under another order is refused
 * @param batches  how many batches were delivered
 * @param sequence how many elements were drawn, skipped ones included
 * @param leftOut  which of them were left out
 * @param feed     which element is drawn next
 */
public record PipelineState(String order, long batches, long sequence, LeftOut leftOut, FeedPosition feed) {

    private static final String HEAD = "batchmill-pipeline-state/1";

    /** One line of text that {@link #parse} takes back. */
    public String encode() {
        return HEAD + " order=" + quote(order) + " batches=" + batches + " sequence=" + sequence + " skipped="
                + leftOut.size() + (leftOut.size() == 0 ? "" : " left=" + leftOut.encode())
                + " epoch=" + feed.epoch() + " offset=" + feed.offset() + " window=" + feed.window() + " position="
                + quote(feed.position()) + " origin=" + quote(feed.origin());
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException if the text is something else, or of another version
     */
    public static PipelineState parse(String text) {
        String[] words = text.strip().split(" ", -1);
        if (!words[0].equals(HEAD)) {
            throw new IllegalArgumentException("not a pipeline state that this version reads: it begins with \""
                    + words[0].substring(0, Math.min(40, words[0].length())) + "\" instead of \"" + HEAD + "\"");
        }
        Map<String, String> fields = new HashMap<>();
        for (int i = 1; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("damaged pipeline state: \"" + words[i] + "\" has no value");
            }
            fields.put(words[i].substring(0, equals), words[i].substring(equals + 1));
        }
        return new PipelineState(
                unquote(field(fields, "order")),
                count(fields, "batches"),
                count(fields, "sequence"),
                LeftOut.parse(count(fields, "skipped"), fields.getOrDefault("left", "")),
                new FeedPosition(
                        count(fields, "epoch"),
                        count(fields, "offset"),
                        count(fields, "window"),
                        unquote(field(fields, "position")),
                        unquote(field(fields, "origin"))));
    }

    private static String field(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("damaged pipeline state: no " + name);
        }
        return value;
    }

    private static long count(Map<String, String> fields, String name) {
        String value = field(fields, name);
        try {
            long count = Long.parseLong(value);
            if (count >= 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("damaged pipeline state: " + name + " is " + value, e);
        }
        throw new IllegalArgumentException("damaged pipeline state: " + name + " is " + value);
    }

    private static String quote(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String unquote(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
