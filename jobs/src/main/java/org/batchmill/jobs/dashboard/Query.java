package org.batchmill.jobs.dashboard;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an address asks for behind its question mark. */
final class Query {

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    static Query of(URI address) throws RefusedException {
        Query query = new Query();
        String raw = address.getRawQuery();
        if (raw == null) {
            return query;
        }
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            query.values
                    .computeIfAbsent(decoded(name), key -> new ArrayList<>())
                    .add(decoded(value));
        }
        return query;
    }

    /** The same as an address with these values: name, value, name, value. */
    static Query of(String... pairs) {
        Query query = new Query();
        for (int i = 0; i < pairs.length; i += 2) {
            query.values.computeIfAbsent(pairs[i], key -> new ArrayList<>()).add(pairs[i + 1]);
        }
        return query;
    }

    private static String decoded(String text) throws RefusedException {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusedException.BAD, "the address is not encoded as addresses are");
        }
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** Null if it is not given. */
    String text(String name) {
        List<String> all = all(name);
        return all.isEmpty() ? null : all.get(0);
    }

    long number(String name, long otherwise) throws RefusedException {
        String text = text(name);
        try {
            return text == null ? otherwise : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new RefusedException(RefusedException.BAD, name + " is no whole number");
        }
    }
}
