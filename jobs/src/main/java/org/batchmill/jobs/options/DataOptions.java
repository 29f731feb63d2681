package org.batchmill.jobs.options;

import java.nio.file.Path;
import java.util.List;
import org.batchmill.ingest.sources.DataFormat;

/** Where samples come from. Not thread-safe while it is being filled in. */
public final class DataOptions implements OptionGroup {

    @JobOption(
            value =
                    "Record files or globs ('a-*.tfrecord'), a folder in a known layout, a list of one, a table"
                            + " NAME.csv, kafka:TOPIC, or sample:shapes, sample:digits, sample:road, sample:line, sample:table.",
            label = "WHERE",
            required = true,
            common = true)
    public String data;

    @JobOption(
            value = "The layout of a folder: voc, coco, yolo, classes, udacity, video, digits, table, records; auto"
                    + " looks.",
            label = "F")
    public DataFormat format = DataFormat.AUTO;

    @JobOption(value = "Read one list of a folder that has lists: train or val.", label = "LIST")
    public String split;

    @JobOption(
            value = "Only these classes, in this order; others are a bad annotation, digits of others are passed over.",
            label = "A,B",
            common = true)
    public List<String> classes = List.of();

    @JobOption(value = "Columns of a table to predict.", label = "COLUMN", otherwise = "the last")
    public List<String> target = List.of();

    @JobOption(
            value = "Take the side cameras of a driving log too: add X to the angle of the left, subtract it for the"
                    + " right.",
            label = "X")
    public Double cameraOffset;

    @JobOption(
            value = "What the decoded frames of videos may take; above it, pack them.",
            label = "MIB",
            otherwise = "1024",
            form = TextForms.Mebibytes.class)
    public Bytes frameCache;

    @JobOption(
            value = "Keep on this machine, in this folder, what is read of object stores; processes may share it.",
            label = "DIR",
            form = TextForms.LocalPath.class)
    public Path cacheDir;

    @JobOption(value = "What --cache-dir may take; what was not used for longest goes first.", label = "SIZE")
    public Bytes cacheSize = new Bytes(10L << 30);

    @JobOption(
            value = "Samples to validate on.",
            label = "WHERE",
            otherwise = "the data's own validation list",
            common = true)
    public String val;

    @JobOption(value = "Hold out this share of the samples to validate on, drawn by the seed: .2.", label = "SHARE")
    @Within(above = 0, below = 1)
    public Double valShare;

    @JobOption(
            value = "Draw from another data set too, WEIGHT times as often as from --data. May be repeated.",
            label = "WHERE=WEIGHT")
    public List<Mix> mix = List.of();
}
