package org.batchmill.ingest.packing;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.batchmill.records.UsageException;

/**
 * How drives are divided: by whole epochs, or into contiguous blocks of frames. Never frame by frame: neighbouring frames are
 * nearly the same image, so a random split puts near copies of the training frames into the validation set, and its score says
 * nothing about another drive.
 *
 * @param parts in order; empty for no division
 */
public record VideoSplit(List<Part> parts) implements Serializable {

    /** Everything in one part without a name. */
    public static final VideoSplit NONE = new VideoSplit(List.of());

    /**
     * One part.
     *
     * @param name   what its shards are called by
     * @param epochs the epochs in it; empty where it is a block
     * @param share  of all frames, in order; 0 where it is made of epochs
     */
    public record Part(String name, List<String> epochs, double share) implements Serializable {
        public Part {
            epochs = List.copyOf(epochs);
        }
    }

    public VideoSplit {
        parts = List.copyOf(parts);
    }

    /**
     * Reads {@code none}, {@code train=epoch01+epoch02,val=epoch03} or, for blocks in the order of the frames, {@code
     * train=.8,val=.2}.
     *
     * @throws UsageException if it is none of these, or asks for a random split
     */
    public static VideoSplit parse(String text) {
        if (text.equals("none")) {
            return NONE;
        }
        if (text.toLowerCase(Locale.ROOT).contains("random")) {
            throw new UsageException(
                    "drives are not split at random: neighbouring frames are nearly the same image, so the"
                            + " validation set would hold near copies of training frames and its score would mean nothing; give"
                            + " epochs (train=epoch01+epoch02,val=epoch03) or blocks in order (train=.8,val=.2)");
        }
        List<Part> parts = new ArrayList<>();
        double sum = 0;
        for (String piece : text.split(",", -1)) {
            int equals = piece.indexOf('=');
            String name = piece.substring(0, Math.max(0, equals)).strip();
            String what = piece.substring(equals + 1).strip();
            if (!name.matches("[A-Za-z][A-Za-z0-9_]*") || what.isEmpty()) {
                throw wrong(text);
            }
            if (what.startsWith("epoch")) {
                parts.add(new Part(name, List.of(what.split("\\+")), 0));
            } else {
                double share = share(what, text);
                sum += share;
                parts.add(new Part(name, List.of(), share));
            }
        }
        boolean blocks = parts.stream().allMatch(part -> part.epochs.isEmpty());
        boolean epochs = parts.stream().noneMatch(part -> part.epochs.isEmpty());
        boolean repeated = parts.stream().map(Part::name).distinct().count() != parts.size()
                || parts.stream()
                                .flatMap(part -> part.epochs.stream())
                                .distinct()
                                .count()
                        != parts.stream().mapToLong(part -> part.epochs.size()).sum();
        if (repeated || !(epochs || (blocks && Math.abs(sum - 1) < 1e-6))) {
            throw wrong(text);
        }
        return new VideoSplit(parts);
    }

    private static double share(String what, String text) {
        try {
            double share = Double.parseDouble(what);
            if (share > 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            throw wrong(text);
        }
        throw wrong(text);
    }

    private static UsageException wrong(String text) {
        return new UsageException(
                "a split of drives is 'none', epochs (train=epoch01+epoch02,val=epoch03) or blocks that add up"
                        + " to 1 (train=.8,val=.2), not: " + text);
    }

    /** As {@link #parse} takes it. */
    @Override
    public String toString() {
        return parts.isEmpty()
                ? "none"
                : parts.stream()
                        .map(part -> part.name + "="
                                + (part.epochs.isEmpty() ? Double.toString(part.share) : String.join("+", part.epochs)))
                        .collect(Collectors.joining(","));
    }

    /** Whether parts are blocks of frames. */
    boolean isBlocks() {
        return !parts.isEmpty() && parts.get(0).epochs.isEmpty();
    }

    /**
     * The part that an epoch belongs to.
     *
     * @return null where it is in none and so is left out
     */
    String partOf(String epoch) {
        if (parts.isEmpty()) {
            return "";
        }
        for (Part part : parts) {
            if (part.epochs.contains(epoch)) {
                return part.name;
            }
        }
        return null;
    }

    /** Where each block ends, counted over the frames of all drives in order. */
    long[] blockEnds(long frames) {
        long[] ends = new long[parts.size()];
        double share = 0;
        for (int i = 0; i < ends.length; i++) {
            share += parts.get(i).share;
            ends[i] = i == ends.length - 1 ? frames : Math.round(share * frames);
        }
        return ends;
    }
}
