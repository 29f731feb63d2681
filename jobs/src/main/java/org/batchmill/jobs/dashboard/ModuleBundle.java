package org.batchmill.jobs.dashboard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The modules of the pages as one script, since a page without a server cannot import any: each becomes a function that returns what it
 * exports, behind those that it imports. The modules keep to the forms that are understood here: an import stands on a line of its own,
 * and what is exported is declared there. Used by one thread.
 */
final class ModuleBundle {

    private static final Pattern IMPORT =
            Pattern.compile("^import (?:(\\{[^}]*\\})|\\* as (\\w+)) from '\\./(\\w+)\\.js';$", Pattern.MULTILINE);
    private static final Pattern EXPORT =
            Pattern.compile("^export ((?:async )?(?:function|class|const) (\\w+))", Pattern.MULTILINE);

    /** Reads from a server, and what stands for it where there is none. */
    private static final String SERVER = "server";

    private static final String FROZEN = "frozen";

    private final Set<String> written = new LinkedHashSet<>();
    private final StringBuilder script = new StringBuilder("'use strict';\nconst modules = {};\n");

    private ModuleBundle() {}

    /** The script of a page that asks no server. */
    static String frozen() throws IOException {
        ModuleBundle bundle = new ModuleBundle();
        bundle.add("main");
        return "(() => {\n" + bundle.script + "})();";
    }

    private void add(String name) throws IOException {
        if (!written.add(name)) {
            return;
        }
        String source = new String(StaticFiles.bytes(name + ".js"), StandardCharsets.UTF_8);
        Matcher imports = IMPORT.matcher(source);
        while (imports.find()) {
            add(named(imports.group(3)));
        }
        String body = IMPORT.matcher(source)
                .replaceAll(found -> "const " + (found.group(1) == null ? found.group(2) : found.group(1))
                        + " = modules." + named(found.group(3)) + ";");
        List<String> exported = new ArrayList<>();
        Matcher exports = EXPORT.matcher(body);
        while (exports.find()) {
            exported.add(exports.group(2));
        }
        script.append("modules.")
                .append(name)
                .append(" = (() => {\n")
                .append(EXPORT.matcher(body).replaceAll("$1"))
                .append("return {")
                .append(String.join(", ", exported))
                .append("};\n})();\n");
    }

    private static String named(String module) {
        return module.equals(SERVER) ? FROZEN : module;
    }
}
