package org.batchmill.jobs.task;

import java.util.List;
import org.batchmill.ingest.sources.kafka.SampleCheck;
import org.batchmill.train.network.Network;
import org.batchmill.train.task.ClassificationTask;
import org.batchmill.train.task.TaskDescription;

/** One class for each image: what the tasks of classifiers share. */
abstract class ClassifierDefinition implements TaskDefinition {

    @Override
    public String checkpointKind() {
        return Classification.KIND;
    }

    @Override
    public NetworkTask untrained(Network network, List<String> classes) {
        return new Classification(new ClassificationTask(classes));
    }

    @Override
    public NetworkTask restore(TaskDescription description) {
        return new Classification(new ClassificationTask(description.classes()));
    }

    @Override
    public SampleCheck labels(List<String> classes) {
        return LabelCheck.classAmong(classes);
    }

    @Override
    public boolean classifies() {
        return true;
    }
}
