package org.batchmill.cli;

import java.util.List;
import org.batchmill.jobs.options.DataOptions;
import picocli.CommandLine.Option;

/** The options that say which samples to read. */
final class DataMixin {

    @Option(
            names = "--data",
            paramLabel = "WHERE",
            required = true,
            description =
                    "Record files or globs ('a-*.tfrecord'), a folder in a known layout, a table NAME.csv, kafka:TOPIC, or"
                            + " sample:shapes, sample:digits, sample:line, sample:table.")
    String data;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "auto",
            description =
                    "The layout of a folder: voc, coco, yolo, classes, udacity, video, digits, table; auto looks (default).")
    String format;

    @Option(
            names = "--split",
            paramLabel = "LIST",
            description = "Read one list of a folder that has lists: train or val.")
    String split;

    @Option(
            names = "--classes",
            paramLabel = "A,B",
            split = ",",
            description =
                    "Only these classes, in this order; others are a bad annotation, digits of others are passed over.")
    List<String> classes = List.of();

    @Option(
            names = "--target",
            paramLabel = "COLUMN",
            split = ",",
            description = "Columns of a table to predict; the last if not given.")
    List<String> target = List.of();

    @Option(
            names = "--camera-offset",
            paramLabel = "X",
            description =
                    "Take the side cameras of a driving log too: add X to the angle of the left, subtract it for the right.")
    Double cameraOffset;

    @Option(
            names = "--frame-cache",
            paramLabel = "MIB",
            description = "What the decoded frames of videos may take (default 1024); above it, pack them.")
    Long frameCache;

    DataOptions options() {
        return new DataOptions()
                .data(data)
                .format(format)
                .split(split)
                .classes(classes)
                .target(target)
                .cameraOffset(cameraOffset)
                .frameCache(frameCache);
    }
}
