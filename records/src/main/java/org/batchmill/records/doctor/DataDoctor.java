package org.batchmill.records.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.batchmill.records.Box;
import org.batchmill.records.BoxRules;
import org.batchmill.records.ClassNames;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.ImageSize;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;
import org.batchmill.records.annotations.AnnotatedFolder;
import org.batchmill.records.annotations.AnnotationFormat;
import org.batchmill.records.doctor.Finding.Kind;
import org.batchmill.records.files.SampleCheck;
import org.batchmill.records.image.ImageHeader;

/** Examines a data set, one sample after the other. Used by one thread at a time. */
public final class DataDoctor {

    /** Samples of which the source hears before they are read. */
    private static final int AHEAD = 32;

    /** A box below this many pixels on one side is called tiny. */
    public static final int TINY_PIXELS = 4;

    /** Boxes of one class that overlap by more than this (intersection over union) are one object labelled twice. */
    private static final double DOUBLE_OVERLAP = 0.8;

    private static final ImageSize NO_IMAGE = new ImageSize(0, 0);

    private final BoxRules rules;
    private final int grid;
    private final SampleCheck check;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Long> objects = new TreeMap<>();
    private final Map<String, Long> sizes = new TreeMap<>();
    private final Map<Fingerprint, SampleId> seen = new HashMap<>();

    private DataDoctor(BoxRules rules, int grid, SampleCheck check) {
        this.rules = rules;
        this.grid = grid;
        this.check = check;
    }

    /**
     * Examines every sample.
     *
     * @param source the data
     * @param rules  the rules that check its boxes as it is read; nobody else counts with them meanwhile
     * @param grid   cells on each side of YOLO's grid; 7 in version 1
     * @param check  a further look at each sample, such as decoding its image
     * @throws IOException if reading failed for another reason than bad data
     */
    public static Diagnosis examine(SampleSource.Indexed source, BoxRules rules, int grid, SampleCheck check)
            throws IOException {
        DataDoctor doctor = new DataDoctor(rules, grid, check);
        for (long i = 0; i < Math.min(AHEAD, source.size()); i++) {
            source.soon(i);
        }
        for (long i = 0; i < source.size(); i++) {
            if (i + AHEAD < source.size()) {
                source.soon(i + AHEAD);
            }
            doctor.examine(source, i);
        }
        Set<String> classes = new TreeSet<>(doctor.objects.keySet());
        classes.addAll(source.declaredClasses());
        List<String> notices = new ArrayList<>(source.notices());
        ClassNames.alike(classes).ifPresent(notices::add);
        return new Diagnosis(
                source.size(),
                List.copyOf(doctor.findings),
                new TreeMap<>(doctor.objects),
                new TreeMap<>(doctor.sizes),
                rules.dropped(),
                rules.clipped(),
                List.copyOf(notices));
    }

    private void examine(SampleSource.Indexed source, long index) throws IOException {
        long dropped = rules.dropped();
        long clipped = rules.clipped();
        try {
            Sample sample = source.read(index);
            check.check(sample);
            add(Kind.ZERO_BOX, sample.id(), rules.dropped() - dropped);
            add(Kind.CLIPPED_BOX, sample.id(), rules.clipped() - clipped);
            examine(sample);
            examineTurn(source, sample);
        } catch (DataException e) {
            SampleId id = source instanceof AnnotatedFolder folder
                    ? folder.entry(index).id()
                    : new SampleId(e.where());
            findings.add(new Finding(kind(source, index, e), id, e.getMessage()));
        }
    }

    private void add(Kind kind, SampleId id, long boxes) {
        if (boxes > 0) {
            findings.add(new Finding(kind, id, boxes == 1 ? "1 box" : boxes + " boxes"));
        }
    }

    private static Kind kind(SampleSource.Indexed source, long index, DataException e) {
        if (e.kind() != DataException.Kind.MISSING || !(source instanceof AnnotatedFolder folder)) {
            return Kind.DAMAGED;
        }
        boolean image = Files.exists(folder.entry(index).image());
        return image ? Kind.IMAGE_WITHOUT_LABELS : Kind.LABELS_WITHOUT_IMAGE;
    }

    private void examine(Sample sample) throws DataException {
        ImageSize size = ImageSize.of(sample.content(), sample.id().value()).orElse(NO_IMAGE);
        if (size.width() > 0) {
            sizes.merge(size.width() + "x" + size.height(), 1L, Long::sum);
        }
        examineDuplicate(sample);
        sample.labels().accept(new LabelsExamination(sample.id(), size));
    }

    /** What the labels of a sample are worth. */
    private final class LabelsExamination implements Labels.Visitor<Void, RuntimeException> {

        private final SampleId id;
        private final ImageSize size;

        LabelsExamination(SampleId id, ImageSize size) {
            this.id = id;
            this.size = size;
        }

        @Override
        public Void unlabelled(Labels.Unlabelled labels) {
            findings.add(new Finding(Kind.IMAGE_WITHOUT_LABELS, id, "no labels"));
            return null;
        }

        @Override
        public Void boxes(Labels.Boxes labels) {
            examine(id, labels.boxes(), size.width(), size.height());
            return null;
        }

        @Override
        public Void classLabel(Labels.ClassLabel label) {
            objects.merge(label.className(), 1L, Long::sum);
            return null;
        }

        @Override
        public Void own(Labels.Own labels) {
            return null;
        }

        @Override
        public Void mixedClasses(Labels.MixedClasses labels) {
            labels.classNames().forEach(name -> objects.merge(name, 1L, Long::sum));
            return null;
        }

        @Override
        public Void steering(Labels.Steering label) {
            return null;
        }

        @Override
        public Void targets(Labels.Targets labels) {
            return null;
        }
    }

    private void examineDuplicate(Sample sample) {
        sample.content().accept(new Content.Visitor<Void, RuntimeException>() {
            @Override
            public Void encodedImage(Content.EncodedImage image) {
                examineDuplicate(sample.id(), image.bytes());
                return null;
            }

            @Override
            public Void rawImage(Content.RawImage image) {
                examineDuplicate(sample.id(), image.pixels());
                return null;
            }

            @Override
            public Void features(Content.Features row) {
                return null; // rows of a table may repeat
            }
        });
    }

    /**
     * A size that an annotation declares tells whether its boxes are those of the image as stored or as shown, but not where both have
     * one size, or where the format has none.
     */
    private void examineTurn(SampleSource.Indexed source, Sample sample) throws DataException {
        if (sample.labels().boxes().isEmpty() || !(sample.content() instanceof Content.EncodedImage image)) {
            return; // raw pixels are upright
        }
        ImageHeader header = ImageHeader.read(image.bytes(), sample.id().value());
        boolean sized = !(source instanceof AnnotatedFolder folder) || folder.format() != AnnotationFormat.YOLO;
        boolean told = sized && header.orientation() >= 5 && header.width() != header.height();
        if (header.orientation() != 1 && !told) {
            findings.add(new Finding(
                    Kind.TURNED,
                    sample.id(),
                    "EXIF orientation " + header.orientation()
                            + ": boxes are taken for those of the image shown upright, which sizes cannot tell"));
        }
    }

    private void examineDuplicate(SampleId id, ByteBuffer bytes) {
        SampleId first = seen.putIfAbsent(Fingerprint.of(bytes), id);
        if (first != null) {
            findings.add(new Finding(Kind.DUPLICATE, id, "the same bytes as " + first));
        }
    }

    /**
     * What equal bytes share and others, unless made to, do not: of 10 million images of one size two agree by chance in one of 400,000 data
     * sets. The processor works it out far faster than a digest, which a training on a small set would wait for.
     */
    private record Fingerprint(int size, long crc32, long crc32c) {

        static Fingerprint of(ByteBuffer bytes) {
            return new Fingerprint(bytes.remaining(), sum(new CRC32(), bytes), sum(new CRC32C(), bytes));
        }

        private static long sum(Checksum checksum, ByteBuffer bytes) {
            checksum.update(bytes.duplicate());
            return checksum.getValue();
        }
    }

    private void examine(SampleId id, List<Box> boxes, int width, int height) {
        if (boxes.isEmpty()) {
            findings.add(new Finding(Kind.IMAGE_WITHOUT_LABELS, id, "no objects"));
        }
        add(Kind.CROWD, id, boxes.stream().filter(Box::crowd).count());
        Map<Integer, Integer> cells = new HashMap<>();
        for (int i = 0; i < boxes.size(); i++) {
            Box box = boxes.get(i);
            objects.merge(box.className(), 1L, Long::sum);
            if (box.crowd()) {
                continue;
            }
            if (box.width() * width < TINY_PIXELS || box.height() * height < TINY_PIXELS) {
                findings.add(new Finding(
                        Kind.TINY_BOX,
                        id,
                        String.format(
                                Locale.ROOT,
                                "object %d (%s) is %.1f x %.1f pixels",
                                i,
                                box.className(),
                                box.width() * width,
                                box.height() * height)));
            }
            Integer other = cells.putIfAbsent(cell(box), i);
            if (other != null) {
                findings.add(new Finding(
                        Kind.SHARED_CELL,
                        id,
                        "objects " + other + " and " + i + " in one cell of " + grid + " x " + grid));
            }
            int first = firstDouble(boxes, i);
            if (first < i) {
                findings.add(new Finding(
                        Kind.DOUBLE_BOX, id, "objects " + first + " and " + i + " (" + box.className() + ")"));
            }
        }
    }

    /** The first object before another that it doubles; the other itself if there is none. One is enough: of n alike there are n * n pairs. */
    private static int firstDouble(List<Box> boxes, int index) {
        Box box = boxes.get(index);
        int k = 0;
        while (k < index
                && (boxes.get(k).crowd()
                        || overlap(boxes.get(k), box) <= DOUBLE_OVERLAP
                        || !boxes.get(k).className().equals(box.className()))) {
            k++;
        }
        return k;
    }

    private int cell(Box box) {
        int column = Math.min(grid - 1, (int) ((box.xmin() + box.xmax()) / 2 * grid));
        int row = Math.min(grid - 1, (int) ((box.ymin() + box.ymax()) / 2 * grid));
        return row * grid + column;
    }

    private static double overlap(Box a, Box b) {
        double width = Math.min(a.xmax(), b.xmax()) - Math.max(a.xmin(), b.xmin());
        double height = Math.min(a.ymax(), b.ymax()) - Math.max(a.ymin(), b.ymin());
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double both = width * height;
        return both / ((double) a.width() * a.height() + (double) b.width() * b.height() - both);
    }
}
