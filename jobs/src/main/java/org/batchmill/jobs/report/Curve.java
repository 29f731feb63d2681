package org.batchmill.jobs.report;

import java.util.List;

/**
 * A line of a chart.
 *
 * @param colour as CSS writes it
 * @param points x ascending; those that are not finite are left out
 */
record Curve(String name, String colour, List<Point> points) {

    record Point(double x, double y) {
        boolean finite() {
            return Double.isFinite(x) && Double.isFinite(y);
        }
    }

    Curve {
        points = points.stream().filter(Point::finite).toList();
    }
}
