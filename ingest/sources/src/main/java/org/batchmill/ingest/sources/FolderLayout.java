package org.batchmill.ingest.sources;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.batchmill.records.BoxRules;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.records.annotations.AnnotatedFolder;
import org.batchmill.records.annotations.AnnotationFormat;
import org.batchmill.records.annotations.DataSetFile;
import org.batchmill.records.annotations.FolderOptions;

/** A folder of labelled images in one of the annotation formats. */
final class FolderLayout implements Layout {

    private final DataFormat format;
    private final AnnotationFormat annotations;

    FolderLayout(DataFormat format, AnnotationFormat annotations) {
        this.format = format;
        this.annotations = annotations;
    }

    @Override
    public DataFormat format() {
        return format;
    }

    @Override
    public boolean fits(DataLocation place) throws IOException {
        return place.named() == null
                ? place.isFolder() && annotations.fits(place.path())
                : place.named().format() == annotations;
    }

    /** {@inheritDoc} A list that holds two others whole, as {@code trainval} does, is left out. */
    @Override
    public List<String> lists(DataLocation place) throws IOException {
        if (place.named() != null && !place.named().list().isEmpty()) {
            return List.of();
        }
        AnnotatedFolder folder = annotated(place, SourceOptions.defaults(), new BoxRules(List.of()));
        Map<String, Set<SampleId>> members = new TreeMap<>();
        for (String list : folder.lists()) {
            members.put(list, ids(folder.only(list)));
        }
        List<String> parts = members.keySet().stream()
                .filter(list -> members.keySet().stream()
                                .filter(other ->
                                        !other.equals(list) && members.get(list).containsAll(members.get(other)))
                                .count()
                        < 2)
                .toList();
        refuseOverlap(place, parts, members);
        return parts;
    }

    private static Set<SampleId> ids(AnnotatedFolder list) {
        Set<SampleId> ids = new HashSet<>();
        for (long index = 0; index < list.size(); index++) {
            ids.add(list.entry(index).id());
        }
        return ids;
    }

    /** An image in two lists would be trained on and evaluated on. */
    private static void refuseOverlap(DataLocation place, List<String> parts, Map<String, Set<SampleId>> members)
            throws DataException {
        Map<SampleId, String> owners = new HashMap<>();
        for (String list : parts) {
            for (SampleId id : members.get(list)) {
                String other = owners.putIfAbsent(id, list);
                if (other != null) {
                    throw new DataException(
                            Kind.BAD_ANNOTATION,
                            place.text(),
                            id + " is in the lists " + other + " and " + list + "; splitting by lists would mix them");
                }
            }
        }
    }

    @Override
    public SampleSource.Indexed open(DataLocation place, SourceOptions options, Tolerance tolerance)
            throws IOException {
        if (place.named() != null
                && !place.named().list().isEmpty()
                && !options.split().isEmpty()) {
            throw new UsageException(place.text() + ": it is a list; name the data set to take its " + options.split());
        }
        AnnotatedFolder folder = annotated(place, options, tolerance.boxes());
        return options.split().isEmpty() ? folder : folder.only(options.split());
    }

    private AnnotatedFolder annotated(DataLocation place, SourceOptions options, BoxRules rules) throws IOException {
        if (!Files.isDirectory(place.path()) || !place.isFolder()) {
            throw new DataException(Kind.MISSING, place.text(), "there is no such folder");
        }
        FolderOptions read = new FolderOptions(
                options.classes(),
                options.cameraOffset() == null ? OptionalDouble.empty() : OptionalDouble.of(options.cameraOffset()),
                rules);
        if (place.named() == null) {
            return AnnotatedFolder.open(place.path(), annotations, read);
        }
        DataSetFile file = place.named()
                .as(annotations)
                .orElseThrow(() -> new UsageException(place.text() + ": it is a file of the format "
                        + place.named().format().word() + ", not of " + format.word()));
        return AnnotatedFolder.open(file, read);
    }
}
