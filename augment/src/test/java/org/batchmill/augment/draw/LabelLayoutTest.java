package org.batchmill.augment.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.augment.draw.LabelLayout.Area;
import org.junit.jupiter.api.Test;

class LabelLayoutTest {

    private static List<Area> placed(List<Area> boxes) {
        LabelLayout layout = new LabelLayout(400, 300, boxes);
        List<Area> placed = new ArrayList<>();
        for (int i = 0; i < boxes.size(); i++) {
            placed.add(layout.place(i, 80, 16));
        }
        return placed;
    }

    @Test
    void shouldStandAboveABoxWhereThereIsRoom() {
        assertThat(placed(List.of(new Area(100, 100, 200, 200)))).containsExactly(new Area(100, 84, 180, 100));
    }

    @Test
    void shouldStayInsideTheImage() {
        assertThat(placed(List.of(new Area(350, 0, 400, 50), new Area(0, 0, 400, 300))))
                .allSatisfy(area -> {
                    assertThat(area.left()).isNotNegative();
                    assertThat(area.top()).isNotNegative();
                    assertThat(area.right()).isLessThanOrEqualTo(400);
                    assertThat(area.bottom()).isLessThanOrEqualTo(300);
                });
    }

    @Test
    void shouldKeepOutOfEachOthersWay() {
        // Two boxes that are nearly the same, and one that stands on them.
        List<Area> boxes =
                List.of(new Area(100, 100, 200, 200), new Area(103, 101, 203, 199), new Area(90, 60, 190, 98));
        List<Area> labels = placed(boxes);
        for (int i = 0; i < labels.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(labels.get(i).common(labels.get(j)))
                        .as("%d and %d", i, j)
                        .isZero();
            }
        }
        assertThat(labels.get(0).common(boxes.get(2)))
                .as("the box above the first")
                .isZero();
    }
}
