package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.UsageException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs of steering as simulators, spreadsheets and other people's programs write them. */
class UdacityFormatTest {

    @TempDir
    private Path root;

    private DrawnFolder folder;

    @BeforeEach
    void draw() throws IOException {
        folder = new DrawnFolder(root);
        for (String name : List.of("c0", "c1", "l0", "l1", "r0", "r1")) {
            folder.image("IMG/" + name + ".jpg", 8, 8);
        }
    }

    private List<Float> angles(FolderOptions options) throws IOException {
        AnnotatedFolder read = folder.open(AnnotationFormat.UDACITY, options);
        List<Float> angles = new ArrayList<>();
        for (long i = 0; i < read.size(); i++) {
            angles.add(((Labels.Steering) read.read(i).labels()).angle());
        }
        return angles;
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.webp", "a.JFIF", "a.jpe", "a.gif", "a b.png"})
    void shouldReadDegreesOfImagesOfEveryFormat(String image) throws IOException {
        folder.text("data.txt", image + " 0.5").text(image, "");
        assertThat(angles()).containsExactly(.5f);
    }

    private List<Float> angles() throws IOException {
        return angles(FolderOptions.defaults());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    IMG/c0.jpg, IMG/l0.jpg, IMG/r0.jpg, -0.25, 0, 0, 9.25
                    IMG/c0.jpg,IMG/l0.jpg,IMG/r0.jpg,-2.5E-1,0.1,0,12,
                    "IMG/c0.jpg","IMG/l0.jpg","IMG/r0.jpg","-0.25","0","0","9"
                    C:\\Users\\me\\My Sim\\IMG\\c0.jpg, C:\\a\\l0.jpg, C:\\a\\r0.jpg, -0.25, 0, 0, 1
                    /home/me/IMG/c0.jpg,/home/me/IMG/l0.jpg,/home/me/IMG/r0.jpg,-0.25,0,0,1
                    c0.jpg,l0.jpg,r0.jpg,-.25
                    IMG/c0.jpg;IMG/l0.jpg;IMG/r0.jpg;-0,25;0;0;9,25
                    IMG/c0.jpg\tIMG/l0.jpg\tIMG/r0.jpg\t-0,25\t0\t0\t9,25
                    """,
            quoteCharacter = '\u0001')
    void shouldReadARowWithoutNames(String row) throws IOException {
        folder.text("driving_log.csv", row);
        assertThat(angles()).containsExactly(-0.25f);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    center,left,right,steering,throttle,brake,speed       | IMG/c0.jpg,IMG/l0.jpg,IMG/r0.jpg,0.5,0,0,1
                    CENTER,LEFT,RIGHT,STEERING,THROTTLE,BRAKE,SPEED       | IMG/c0.jpg,IMG/l0.jpg,IMG/r0.jpg,0.5,0,0,1
                    steering,throttle,center,left,right                   | 0.5,0.9,IMG/c0.jpg,IMG/l0.jpg,IMG/r0.jpg
                    timestamp,center,left,right,throttle,steering,speed   | 17,IMG/c0.jpg,IMG/l0.jpg,IMG/r0.jpg,0.9,0.5,1
                    "center","left","right","steering"                    | "IMG/c0.jpg","IMG/l0.jpg","IMG/r0.jpg","0.5"
                    filename,steering_angle                               | IMG/c0.jpg,0.5
                    center;left;right;steering;speed                      | IMG/c0.jpg;IMG/l0.jpg;IMG/r0.jpg;0,5;9,25
                    """,
            quoteCharacter = '\u0001')
    void shouldReadTheColumnsThatALineNames(String names, String row) throws IOException {
        folder.text("driving_log.csv", names, "", row);
        assertThat(angles()).containsExactly(0.5f);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    IMG/c1.jpg, IMG/l1.jpg, IMG/r1.jpg, -0,08581576, 0,1286689, 0, 12,1822 | 10 values instead of 7: are there decimals with a comma
                    IMG/c1.jpg, IMG/l1.jpg, IMG/r1.jpg, 0,25, 0,5, 0, 9                    | 9 values instead of 7
                    IMG/c1.jpg, IMG/l1.jpg, IMG/r1.jpg, 0,25                               | 5 values instead of 7
                    IMG/c1.jpg                                                             | 1 values instead of 7
                    IMG/c1.jpg, IMG/l1.jpg, IMG/r1.jpg, left, 0, 0, 1                      | "left" is not a number
                    IMG/c1.jpg, IMG/l1.jpg, IMG/r1.jpg, NaN, 0, 0, 1                       | not a finite number
                    IMG/c1.jpg, IMG/l1.jpg, IMG/r1.jpg, 1e300, 0, 0, 1                     | 1.0E300 is more than a float holds
                    IMG/c1.jpg, IMG/l1.jpg, IMG/r1.jpg, , 0, 0, 1                          | "" is not a number
                    """)
    void shouldTakeARowOfOtherManyValuesForABadAnnotationOfItsOwn(String row, String reason) throws IOException {
        folder.text("driving_log.csv", "IMG/c0.jpg, IMG/l0.jpg, IMG/r0.jpg, 0.5, 0, 0, 1", row);
        AnnotatedFolder read = folder.open(AnnotationFormat.UDACITY);
        assertThat(((Labels.Steering) read.labels(0)).angle()).isEqualTo(0.5f);
        folder.assertRefused(Kind.BAD_ANNOTATION, "driving_log.csv: line 2", () -> read.read(1))
                .withMessageContaining(reason);
    }

    @Test
    void shouldRefuseALineOfNamesWithoutTheOnesNeeded() throws IOException {
        folder.text("driving_log.csv", "image_id,wheel", "IMG/c0.jpg,0.5");
        folder.assertRefused(Kind.UNSUPPORTED, "driving_log.csv: line 1", () -> folder.open(AnnotationFormat.UDACITY))
                .withMessageContaining("image_id, wheel name no center");
        folder.text("driving_log.csv", "center,steering,angle", "IMG/c0.jpg,0.5,0.5");
        folder.assertRefused(Kind.UNSUPPORTED, "driving_log.csv: line 1", () -> folder.open(AnnotationFormat.UDACITY))
                .withMessageContaining("both steering and angle could be meant");
    }

    @Test
    void shouldReadALogOfNamesAloneAsOneWithoutSamples() throws IOException {
        folder.text("driving_log.csv", "center,left,right,steering,throttle,brake,speed");
        assertThat(angles()).isEmpty();
    }

    @Test
    void shouldCorrectTheSideCamerasAndPassOverThoseThatARowLacks() throws IOException {
        folder.text(
                "driving_log.csv", "IMG/c0.jpg,IMG/l0.jpg,IMG/r0.jpg,0.5,0,0,1", "IMG/c1.jpg,,IMG/r1.jpg,-0.5,0,0,1");
        assertThat(angles(FolderOptions.defaults().withCameraOffset(0.25)))
                .containsExactly(0.5f, 0.75f, 0.25f, -0.5f, -0.75f);
    }

    @Test
    void shouldNotCutAnglesInDegreesToOneWhereCamerasAreCorrected() throws IOException {
        folder.text("driving_log.csv", "IMG/c0.jpg,IMG/l0.jpg,IMG/r0.jpg,12.5,0,0,1");
        assertThat(angles()).containsExactly(12.5f);
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> angles(FolderOptions.defaults().withCameraOffset(0.25)))
                .withMessageContaining("12.5 is not in -1 to 1");
    }

    @Test
    void shouldRefuseAnImageWithTwoAngles() throws IOException {
        String row = "IMG/c0.jpg,IMG/l0.jpg,IMG/r0.jpg,0.5,0,0,1";
        folder.text("driving_log.csv", row, row);
        assertThat(angles()).containsExactly(0.5f);
        folder.text("driving_log.csv", row, row.replace("0.5", "0.25"));
        folder.assertRefused(Kind.BAD_ANNOTATION, "driving_log.csv: line 2", this::angles)
                .withMessageContaining("another angle at")
                .withMessageContaining("line 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE"})
    void shouldReadALogWithAByteOrderMark(String charset) throws IOException {
        String text = "\ufeffcenter,left,right,steering\r\nIMG/c0.jpg,,,0.5\r\n";
        Files.write(root.resolve("driving_log.csv"), text.getBytes(Charset.forName(charset)));
        assertThat(angles()).containsExactly(0.5f);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c0.jpg 0.000000,2018-07-01 17:09:44:912\nc1.jpg -12.300000,2018-07-01 17:09:44:975",
                "c0.jpg 0.000000\n\nc1.jpg -12.300000\n",
                "c0.jpg\t0\r\nc1.jpg\t-12.3"
            })
    void shouldReadImagesWithDegreesBesideThem(String text) throws IOException {
        Files.writeString(root.resolve("data.txt"), text);
        assertThat(angles()).containsExactly(0f, -12.3f);
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> angles(FolderOptions.defaults().withCameraOffset(0.25)));
    }

    @Test
    void shouldFindTheImagesOfDataTxtBesideItAndBelowData() throws IOException {
        folder.image("0.jpg", 8, 8).image("data/1.jpg", 8, 8).text("data.txt", "0.jpg 1", "1.jpg 2");
        assertThat(DrawnFolder.ids(folder.open(AnnotationFormat.UDACITY))).containsExactly("0.jpg", "data/1.jpg");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c1.jpg 0,25",
                "c1.jpg 0,25,2018-07-01 17:09:44",
                "c1.jpg",
                "c1.jpg one",
                "c1",
                "../c1.jpg 2",
                "c1.jpg 1 2"
            })
    void shouldTakeALineOfDataTxtThatIsNoneForABadAnnotationOfItsOwn(String line) throws IOException {
        folder.text("data.txt", "c0.jpg 1", line);
        AnnotatedFolder read = folder.open(AnnotationFormat.UDACITY);
        assertThat(((Labels.Steering) read.read(0).labels()).angle()).isEqualTo(1f);
        folder.assertRefused(Kind.BAD_ANNOTATION, "data.txt: line 2", () -> read.read(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2018-07-01 17:09:44:912",
                "2018-07-01T17:09:44.912+02:00",
                "2018-07-01T17:09:44Z",
                "2018/07/01 17:09:44,912 CEST",
                "17:09:44",
                "Sun Jul  1 17:09:44 CEST 2018",
                "Sun, 01 Jul 2018 17:09:44 +0200",
                "20180701T170944+0200",
                "1530464984.912",
                "1530464984912345"
            })
    void shouldPassOverTheTimeOfAnImageHoweverItIsWritten(String time) throws IOException {
        for (String between : List.of(",", ", ", " ", "\t")) {
            folder.text("data.txt", "c0.jpg -0.5" + between + time, "c1.jpg 12.25" + between + time);
            assertThat(angles()).containsExactly(-0.5f, 12.25f);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ", IMG/l1.jpg, IMG/r1.jpg, 0.25, 0, 0, 1",
                "../c1.jpg, IMG/l1.jpg, IMG/r1.jpg, 0.25, 0, 0, 1",
                "IMG/c1.jpg, ../../l1.jpg, IMG/r1.jpg, 0.25, 0, 0, 1"
            })
    void shouldTakeARowWhoseImageIsNoneForABadAnnotationOfItsOwn(String row) throws IOException {
        String good = "IMG/c0.jpg, IMG/l0.jpg, IMG/r0.jpg, 0.5, 0, 0, 1";
        folder.text("driving_log.csv", "center,left,right,steering,throttle,brake,speed", row, good, row, good);
        FolderOptions all = FolderOptions.defaults().withCameraOffset(0.25);
        AnnotatedFolder read = folder.open(AnnotationFormat.UDACITY, all);
        List<Float> angles = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        for (long i = 0; i < read.size(); i++) {
            try {
                angles.add(((Labels.Steering) read.read(i).labels()).angle());
            } catch (DataException e) {
                assertThat(e.kind()).isEqualTo(Kind.BAD_ANNOTATION);
                bad.add(e.where());
            }
        }
        assertThat(angles).contains(0.5f, 0.75f, 0.25f);
        assertThat(bad)
                .contains(root.resolve("driving_log.csv") + ": line 2", root.resolve("driving_log.csv") + ": line 4");
    }
}
