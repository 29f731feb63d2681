package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Curves as JSON. Stateless. */
final class SeriesJson {

    private static final JsonFactory FACTORY = new JsonFactory();

    private SeriesJson() {}

    /** Writes the fields of an object. */
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** An object of some fields. */
    static byte[] bytes(Fields fields) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** An object of curves by name; those without a value are left out. */
    static void series(JsonGenerator json, String name, Map<String, ThinnedSeries> columns) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, ThinnedSeries> column : columns.entrySet()) {
            if (column.getValue().latest() == null && column.getValue().notFinite() == 0) {
                continue;
            }
            json.writeObjectFieldStart(column.getKey());
            curve(json, column.getValue());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /** Points, and means where several steps make one; each list flat: step, value, step, value. */
    static void curve(JsonGenerator json, ThinnedSeries series) throws IOException {
        List<double[]> points = new ArrayList<>();
        series.eachPoint((step, value) -> points.add(new double[] {step, value}));
        json.writeArrayFieldStart("points");
        for (double[] point : points) {
            json.writeNumber((long) point[0]);
            json.writeNumber(point[1]);
        }
        json.writeEndArray();
        if (series.notFinite() > 0) {
            json.writeNumberField("notFinite", series.notFinite());
        }
        if (!series.isWhole()) {
            List<ThinnedSeries.Bucket> buckets = new ArrayList<>();
            series.eachBucket(buckets::add);
            json.writeArrayFieldStart("means");
            for (ThinnedSeries.Bucket bucket : buckets) {
                json.writeNumber(bucket.lastStep());
                json.writeNumber(bucket.mean());
                json.writeNumber(bucket.count());
            }
            json.writeEndArray();
        }
    }
}
