package org.batchmill.jobs.task;

import java.util.List;
import org.batchmill.augment.transform.Flip;
import org.batchmill.augment.transform.Policy;
import org.batchmill.records.UsageException;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.task.SteeringView;

/**
 * How steering is learnt, by name. A plain value.
 *
 * @param name   what the user calls it
 * @param view   what is seen of the frames: one at a time, in YUV as NVIDIA's cars saw it
 * @param policy how the frames are varied
 */
record SteeringRecipe(String name, SteeringView view, Policy policy) {

    /** Frames of the Udacity simulator, 320 x 160: the road without sky and bonnet, and every other frame mirrored. */
    private static final SteeringRecipe SIMULATOR = of("simulator", ":,.375:.85", Policy.NONE.with(new Flip(), .5));

    /** A camera whose view is not known: whole frames, mirrored, shifted and turned with the angle corrected, in changing light. */
    private static final SteeringRecipe CAMERA = of("camera", ":,:", Policy.forSteering());

    static final int EPOCHS = 24;

    private static SteeringRecipe of(String name, String crop, Policy policy) {
        return new SteeringRecipe(name, new SteeringView(crop, SteeringView.Colour.YUV, 1, 1), policy);
    }

    /** The recipe of a name; null takes the simulator's. */
    static SteeringRecipe named(String name) {
        if (name == null || name.equals(SIMULATOR.name)) {
            return SIMULATOR;
        }
        if (name.equals(CAMERA.name)) {
            return CAMERA;
        }
        throw UsageException.unknownName("recipe of steering", name, List.of("simulator", "camera"));
    }

    /** Adam at 3e-4; what is kept is a moving average of the weights. */
    Recipe training(int batch, long steps) {
        return Recipe.builder(name)
                .batch(batch)
                .steps(steps)
                .optimizer(new Optimizer.Adam(.9f, .999f, 1e-8f))
                .schedule(new Schedule.Constant(3e-4))
                .weightAverage(.999)
                .build();
    }
}
