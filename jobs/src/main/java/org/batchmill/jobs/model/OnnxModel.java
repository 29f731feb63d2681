package org.batchmill.jobs.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.records.DataException;
import org.batchmill.records.OptionException;
import org.batchmill.train.arrays.ParameterArrays;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.NetworkSurgery;
import org.batchmill.train.onnx.OnnxNetwork;
import org.batchmill.train.task.TaskDescription;

/** A network out of an ONNX file as a checkpoint: for the task that the file tells of, where we wrote it, else a classifier. Stateless. */
public final class OnnxModel {

    private static final String CLASSIFICATION = TaskKind.CLASSIFY.definition().checkpointKind();

    private OnnxModel() {}

    /** Whether a file is one by its name. */
    public static boolean isOne(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
    }

    /**
     * Reads it.
     *
     * @param classes  in the order of the outputs; empty for those that the file tells of, or numbers
     * @param pixels   what the network wants of a pixel
     * @param listener is told what is not quite as it was
     * @throws DataException if it is damaged, holds parameters that are not finite, or a node of it is nothing that a layer of ours does
     */
    public static Checkpoint read(Path file, List<String> classes, PixelRange pixels, JobListener listener)
            throws IOException {
        OnnxNetwork read = OnnxNetwork.read(file);
        read.notes().forEach(listener::warn);
        ParameterArrays.requireFinite(read.parameters(), file.toString());
        Map<String, float[]> parameters = new LinkedHashMap<>(read.parameters());
        String kind = kind(read.facts());
        Network network = read.network();
        if (kind.equals(CLASSIFICATION)) {
            network = NetworkSurgery.logits(network);
            if (network.layers().size() < read.network().layers().size()) {
                listener.log("the softmax at the end is left out: it belongs to the loss, and to predictions");
            }
        }
        network = pixels.before(network, parameters);
        List<String> names = names(classes, read.facts(), kind, network.output().size());
        TaskDescription task = new TaskDescription(kind, names, read.facts());
        Checkpoint.Progress progress = new Checkpoint.Progress(0, 0, 0, "", Map.of(), Map.of());
        Checkpoint checkpoint = new Checkpoint(network, parameters, "", Map.of(), Map.of(), progress, task);
        ChosenCheckpoint.requireSense(file, checkpoint);
        return checkpoint;
    }

    private static String kind(Map<String, String> facts) {
        String told = facts.getOrDefault("task", "");
        boolean known = Arrays.stream(TaskKind.values())
                .anyMatch(task -> task.definition().checkpointKind().equals(told));
        return known ? told : CLASSIFICATION;
    }

    private static List<String> names(List<String> asked, Map<String, String> facts, String kind, int outputs) {
        String told = facts.getOrDefault("classes", "");
        List<String> names = !asked.isEmpty() || told.isEmpty() ? asked : List.of(told.split(",", -1));
        if (!kind.equals(CLASSIFICATION)) {
            return names;
        }
        if (names.isEmpty()) {
            return IntStream.range(0, outputs).mapToObj(Integer::toString).toList();
        }
        if (names.size() != outputs) {
            throw new OptionException("the network has {} outputs, but {classes} names {}", outputs, names.size());
        }
        return names;
    }
}
