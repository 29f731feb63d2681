package org.batchmill.jobs.options;

import java.util.List;

/** Where samples come from. Not thread-safe while it is being filled in. */
public final class DataOptions {

    private String data;
    private String val;
    private String format = "auto";
    private String split;
    private List<String> classes = List.of();
    private List<String> mix = List.of();
    private List<String> target = List.of();
    private Double holdout;
    private Double cameraOffset;
    private Long frameCache;

    /** Record files or globs, a folder in a known layout, {@code kafka:TOPIC} or {@code sample:NAME}. */
    public String data() {
        return data;
    }

    public DataOptions data(String value) {
        data = value;
        return this;
    }

    /** The same for validation; null takes the folder's own validation list, or none. */
    public String val() {
        return val;
    }

    public DataOptions val(String value) {
        val = value;
        return this;
    }

    /** The layout of a folder: voc, coco, yolo, classes, udacity, video, digits, table; auto looks. */
    public String format() {
        return format;
    }

    public DataOptions format(String value) {
        format = value;
        return this;
    }

    /** The list of a folder to read: train, val; null for all of it. */
    public String split() {
        return split;
    }

    public DataOptions split(String value) {
        split = value;
        return this;
    }

    /** Columns of a table that are predicted, by name; empty for the last. */
    public List<String> target() {
        return target;
    }

    public DataOptions target(List<String> value) {
        target = value;
        return this;
    }

    /** The share of the samples that are held out to validate on, drawn by the seed; null for none. */
    public Double holdout() {
        return holdout;
    }

    public DataOptions holdout(Double value) {
        holdout = value;
        return this;
    }

    /** Only these classes, in this order; empty for those of the data. */
    public List<String> classes() {
        return classes;
    }

    public DataOptions classes(List<String> value) {
        classes = value;
        return this;
    }

    /** Data sets to draw from too, each {@code WHERE=WEIGHT}: so many draws for one of {@link #data()}. */
    public List<String> mix() {
        return mix;
    }

    public DataOptions mix(List<String> value) {
        mix = value;
        return this;
    }

    /** For driving logs of three cameras: the angle added for the left and subtracted for the right; null takes the centre alone. */
    public Double cameraOffset() {
        return cameraOffset;
    }

    public DataOptions cameraOffset(Double value) {
        cameraOffset = value;
        return this;
    }

    /** What the decoded frames of videos may take, in MiB; null for 1024. */
    public Long frameCache() {
        return frameCache;
    }

    public DataOptions frameCache(Long value) {
        frameCache = value;
        return this;
    }
}
