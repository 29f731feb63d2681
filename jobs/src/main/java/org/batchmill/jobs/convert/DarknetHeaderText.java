package org.batchmill.jobs.convert;

import java.util.Map;
import org.batchmill.jobs.options.TextForm;
import org.batchmill.records.UsageException;
import org.batchmill.train.darknet.DarknetHeader;

/** The header of darknet weights by its version. Stateless. */
public final class DarknetHeaderText implements TextForm<DarknetHeader> {

    private static final Map<String, DarknetHeader> HEADERS = Map.of(
            "2015", DarknetHeader.RATES_2015, "0.1", DarknetHeader.VERSION_0_1, "0.2", DarknetHeader.VERSION_0_2);

    @Override
    public DarknetHeader parse(String text) {
        DarknetHeader header = HEADERS.get(text);
        if (header == null) {
            throw new UsageException("0.2, 0.1 or 2015, not " + text);
        }
        return header;
    }

    @Override
    public Object write(DarknetHeader value) {
        return HEADERS.entrySet().stream()
                .filter(each -> each.getValue() == value)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }
}
