package org.batchmill.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.batchmill.augment.Rows.Row;
import org.batchmill.augment.transform.Mixing;
import org.batchmill.augment.transform.Policy;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.junit.jupiter.api.Test;

class MixingTest {

    /** An image of one grey with a box of that name around all of it. */
    private static Sample plain(int grey) {
        byte[] pixels = new byte[20 * 20];
        Arrays.fill(pixels, (byte) grey);
        return Rows.raw("grey" + grey, 20, 20, 1, pixels, new Labels.Boxes(List.of(new Box("" + grey, 0, 0, 1, 1))));
    }

    @Test
    void shouldPutFourImagesAroundAPointWithTheBoxesOfAll() throws Exception {
        Policy mosaic = Policy.NONE.withMixing(new Mixing(Mixing.Kind.MOSAIC, 1));
        try (Rows rows = new Rows(40, 60, 1, mosaic)) {
            for (int epoch = 0; epoch < 20; epoch++) {
                Row row = rows.row(plain(10), 3, epoch, plain(20), plain(30), plain(40));
                List<Box> boxes = ((Labels.Boxes) row.labels()).boxes();
                assertThat(boxes).extracting(Box::className).containsExactly("10", "20", "30", "40");
                for (Box box : boxes) {
                    int grey = Integer.parseInt(box.className());
                    int covered = 0;
                    for (int y = 0; y < 40; y++) {
                        for (int x = 0; x < 60; x++) {
                            boolean inside = x + 0.5 > box.xmin() * 60
                                    && x + 0.5 < box.xmax() * 60
                                    && y + 0.5 > box.ymin() * 40
                                    && y + 0.5 < box.ymax() * 40;
                            assertThat(row.at(y, x, 0, 60, 1) == grey).isEqualTo(inside);
                            covered += inside ? 1 : 0;
                        }
                    }
                    assertThat(covered).isGreaterThan(60 * 40 / 12);
                }
            }
        }
    }

    @Test
    void shouldTakeTurnsWhereThereAreFewerPartners() throws Exception {
        Policy mosaic = Policy.NONE.withMixing(new Mixing(Mixing.Kind.MOSAIC, 1));
        try (Rows rows = new Rows(40, 60, 1, mosaic)) {
            assertThat(((Labels.Boxes) rows.row(plain(10), 3, 0, plain(20)).labels()).boxes())
                    .extracting(Box::className)
                    .containsExactly("10", "20", "10", "20");
            assertThat(((Labels.Boxes) rows.row(plain(10), 3, 0).labels()).boxes())
                    .hasSize(1);
        }
    }

    @Test
    void shouldWeighTwoImagesTheirAnglesAndTheirClasses() throws Exception {
        Policy mixUp = Policy.NONE.withMixing(new Mixing(Mixing.Kind.MIXUP, 1));
        byte[] dark = new byte[100];
        byte[] light = new byte[100];
        Arrays.fill(light, (byte) 200);
        Set<Integer> seen = new HashSet<>();
        try (Rows rows = new Rows(10, 10, 1, mixUp)) {
            for (int epoch = 0; epoch < 50; epoch++) {
                Row row = rows.row(
                        Rows.raw("dark", 10, 10, 1, dark, new Labels.Steering(0)),
                        9,
                        epoch,
                        Rows.raw("light", 10, 10, 1, light, new Labels.Steering(1)));
                int level = row.at(5, 5, 0, 10, 1);
                seen.add(level);
                assertThat(((Labels.Steering) row.labels()).angle()).isCloseTo(level / 200f, within(0.003f));
            }
            for (int epoch = 0; epoch < 50; epoch++) {
                Row row = rows.row(
                        Rows.raw("dark", 10, 10, 1, dark, new Labels.ClassLabel("night")),
                        9,
                        epoch,
                        Rows.raw("light", 10, 10, 1, light, new Labels.ClassLabel("day")));
                float level = row.at(5, 5, 0, 10, 1) / 200f;
                Labels.MixedClasses classes = (Labels.MixedClasses) row.labels();
                assertThat(classes.classNames()).containsExactlyInAnyOrder("night", "day");
                assertThat(classes.className().equals("day") ? classes.share() : 1 - classes.share())
                        .isCloseTo(level, within(0.003f));
                Row alike = rows.row(
                        Rows.raw("dark", 10, 10, 1, dark, new Labels.ClassLabel("day")),
                        9,
                        epoch,
                        Rows.raw("light", 10, 10, 1, light, new Labels.ClassLabel("day")));
                assertThat(alike.labels()).isEqualTo(new Labels.ClassLabel("day"));
            }
            assertThat(seen).hasSizeGreaterThan(20).anyMatch(v -> v < 60).anyMatch(v -> v > 140);
            Row boxes = rows.row(plain(10), 9, 0, plain(20));
            assertThat(((Labels.Boxes) boxes.labels()).boxes())
                    .extracting(Box::className)
                    .containsExactly("10", "20");
        }
    }
}
