// The loss of YOLO v1 with its gradient, by the rules of YoloV1Loss: a thread a cell. sumLoss's factor is .5.

struct YoloV1 {
    int side;
    int boxes;
    int classes;
    // Whether outputs are ordered in planes: see YoloV1Grid.Order.
    int planes;
    float objectScale;
    float noObjectScale;
    float classScale;
    float coordScale;
    int rescore;
    int squareRoot;
};

__device__ inline int classAt(const YoloV1& grid, int cell, int k) {
    return grid.planes ? k * grid.side * grid.side + cell : cell * grid.classes + k;
}

__device__ inline int confidenceAt(const YoloV1& grid, int cell, int box) {
    int cells = grid.side * grid.side;
    return cells * grid.classes + (grid.planes ? box * cells + cell : cell * grid.boxes + box);
}

__device__ inline int coordinateAt(const YoloV1& grid, int cell, int box, int coordinate) {
    int cells = grid.side * grid.side;
    int first = cells * (grid.classes + grid.boxes);
    return first + (grid.planes ? (box * 4 + coordinate) * cells + cell : (cell * grid.boxes + box) * 4 + coordinate);
}

// A coordinate in fractions of the picture; centres count from the cell's corner.
__device__ inline double predicted(const YoloV1& grid, const float* outputs, int cell, int box, int coordinate) {
    double value = outputs[coordinateAt(grid, cell, box, coordinate)];
    return coordinate < 2 ? value / grid.side : grid.squareRoot ? value * value : value;
}

__device__ inline double actual(const YoloV1& grid, const float* object, int coordinate) {
    double value = object[coordinate];
    return coordinate < 2 ? value / grid.side : value;
}

__device__ inline double overlap(const YoloV1& grid, const float* outputs, const float* object, int cell, int box, int axis) {
    double centre = predicted(grid, outputs, cell, box, axis);
    double half = predicted(grid, outputs, cell, box, axis + 2) / 2;
    double trueCentre = actual(grid, object, axis);
    double trueHalf = actual(grid, object, axis + 2) / 2;
    return smaller(centre + half, trueCentre + trueHalf) - larger(centre - half, trueCentre - trueHalf);
}

__device__ inline double intersectionOverUnion(const YoloV1& grid, const float* outputs, const float* object, int cell, int box) {
    double width = overlap(grid, outputs, object, cell, box, 0);
    double height = overlap(grid, outputs, object, cell, box, 1);
    double intersection = width < 0 || height < 0 ? 0 : width * height;
    double both = predicted(grid, outputs, cell, box, 2) * predicted(grid, outputs, cell, box, 3)
            + actual(grid, object, 2) * actual(grid, object, 3) - intersection;
    return intersection / both;
}

// The box with the highest IoU; where none overlaps the object, the one nearest in (x, y, w, h).
__device__ inline int responsibleBox(const YoloV1& grid, const float* outputs, const float* object, int cell) {
    int best = 0;
    double bestIou = 0;
    double bestDistance = __longlong_as_double(0x7ff0000000000000LL);
    for (int box = 0; box < grid.boxes; box++) {
        double iou = intersectionOverUnion(grid, outputs, object, cell, box);
        double distance = 0;
        for (int i = 0; i < 4; i++) {
            double difference = predicted(grid, outputs, cell, box, i) - actual(grid, object, i);
            distance += difference * difference;
        }
        if (iou > bestIou) {
            bestIou = iou;
            best = box;
        } else if (bestIou == 0 && distance < bestDistance) {
            bestDistance = distance;
            best = box;
        }
    }
    return best;
}

// Pulls an output towards a target: returns scale (target - output)^2.
__device__ inline double pull(const float* outputs, float* gradient, int at, double target, float scale, int totalRows) {
    double error = target - outputs[at];
    gradient[at] = -(float) (scale * error) / totalRows;
    return scale * error * error;
}

__device__ inline double cellLoss(
        const YoloV1& grid, const float* outputs, const float* truth, float* gradient, int cell, int totalRows) {
    // [1 if there is an object][class, one-hot][x, y, w, h]
    const float* target = truth + (long long) cell * (5 + grid.classes);
    const float* object = target + 1 + grid.classes;
    bool hasObject = target[0] != 0;
    int responsible = hasObject ? responsibleBox(grid, outputs, object, cell) : -1;
    double sum = 0;
    for (int box = 0; box < grid.boxes; box++) {
        int confidence = confidenceAt(grid, cell, box);
        if (box != responsible) {
            sum += pull(outputs, gradient, confidence, 0, grid.noObjectScale, totalRows);
            for (int i = 0; i < 4; i++) {
                gradient[coordinateAt(grid, cell, box, i)] = 0;
            }
            continue;
        }
        double learnt = grid.rescore ? intersectionOverUnion(grid, outputs, object, cell, box) : 1;
        sum += pull(outputs, gradient, confidence, learnt, grid.objectScale, totalRows);
        for (int i = 0; i < 4; i++) {
            double value = object[i];
            double wanted = i >= 2 && grid.squareRoot ? sqrt(value) : value;
            sum += pull(outputs, gradient, coordinateAt(grid, cell, box, i), wanted, grid.coordScale, totalRows);
        }
    }
    for (int k = 0; k < grid.classes; k++) {
        if (hasObject) {
            sum += pull(outputs, gradient, classAt(grid, cell, k), target[1 + k], grid.classScale, totalRows);
        } else {
            gradient[classAt(grid, cell, k)] = 0;
        }
    }
    return sum;
}

extern "C" __global__ void yoloV1Loss(
        const float* outputs, const float* truth, float* gradient, double* parts, int rows, YoloV1 grid, const StepValues* step) {
    int cells = grid.side * grid.side;
    long long outputSize = (long long) cells * (grid.classes + 5 * grid.boxes);
    long long truthSize = (long long) cells * (5 + grid.classes);
    double sum = 0;
    for (long long i = firstIndex(); i < (long long) rows * cells; i += indexStride()) {
        long long row = i / cells;
        sum += cellLoss(
                grid, outputs + row * outputSize, truth + row * truthSize, gradient + row * outputSize, (int) (i % cells),
                step->totalRows);
    }
    sum = blockSum(sum);
    if (threadIdx.x == 0) {
        parts[blockIdx.x] = sum;
    }
}
