/**
 * One minibatch through the engine as it is: a run with diagnostics that is stopped at its first evaluation. Nothing is
 * written, and the test part is not looked at.
 */
import { layOut, planTraining, type PlacedDataset } from '#engine/index'
import type { EngineHost, TrainingJob } from '#lab/engine/host'
import { datasetFacts, valuesPerSample, type DatasetCatalog } from '#shared/dataset'
import { guessingLoss, type DryRun } from '#shared/dry-run'
import { LabError } from '#shared/errors'
import type { Experiment } from '#shared/experiment'
import type { RunPlan } from '#shared/experiment-expand'
import { layerCounts, layerSizes } from '#shared/network'
import type { Evaluation, RunId } from '#shared/run'

/** What a job needs beside its experiment. */
export type DryRunPlace = Pick<TrainingJob, 'own' | 'initialWeights'>

export async function dryRun(
  { experiment, configuration }: RunPlan,
  host: EngineHost,
  catalog: DatasetCatalog,
  place: DryRunPlace,
): Promise<DryRun> {
  const began = performance.now()
  const evaluation = await firstStep(host, { ...place, experiment: oneStepOf(experiment) })
  const sizes = layerSizes(experiment, catalog)
  const counts = layerCounts(sizes, experiment.network.bias)
  const layers = (evaluation.diagnostics ?? []).map(({ histogram, ...norms }, i) => ({
    ...norms,
    name: i === counts.length - 1 ? 'Output' : `Hidden ${i + 1}`,
    inputs: counts[i]?.inputs ?? 0,
    outputs: counts[i]?.outputs ?? 0,
    parameters: (counts[i]?.weights ?? 0) + (counts[i]?.biases ?? 0),
    low: histogram.low,
    high: histogram.high,
  }))
  return {
    label: configuration.label,
    sizes,
    batch: evaluation.train.count,
    loss: evaluation.train.loss,
    guessingLoss: guessingLoss(experiment, sizes.at(-1) ?? 0),
    correct: evaluation.train.correct,
    layers,
    memoryBytes: memoryBytes(experiment, catalog, host.facts.threads),
    seconds: (performance.now() - began) / 1000,
  }
}

/** The running score of the first step is that of the first weights: it is taken before they are changed. */
function oneStepOf(experiment: Experiment): Experiment {
  const { training } = experiment
  return {
    ...experiment,
    threads: 1,
    training: {
      ...training,
      diagnostics: true,
      earlyStopping: null,
      keepWeights: null,
      evaluation: { every: { steps: 1 }, train: 'running', test: 'final' },
    },
  }
}

/** A run that diverges at once has no evaluation: what the engine says of it is the answer. */
async function firstStep(host: EngineHost, job: Omit<TrainingJob, 'id' | 'threads'>): Promise<Evaluation> {
  let first: Evaluation | undefined
  const training = host.train(
    { id: 'dry-run' as RunId, threads: 1, ...job },
    {
      evaluated: (evaluation) => {
        first ??= evaluation
        training.stop()
      },
      progressed: () => undefined,
      checkpointed: () => undefined,
    },
  )
  await training.result
  if (first) return first
  throw new LabError('design/no-step', 'The dry run ended before its first step: try it again')
}

/** Of the run's block in the engine, worked out for a set of this shape. */
function memoryBytes(experiment: Experiment, catalog: DatasetCatalog, threads: number): number {
  const facts = datasetFacts(experiment.dataset.name, catalog)
  const pixels = valuesPerSample(facts)
  const { train, test, classes } = facts
  const shape = { pixels, classes: classes.length, train, test }
  const data: PlacedDataset = {
    ...shape,
    kind: facts.kind ?? 'bytes',
    images: 0,
    labels: 0,
    density: 1,
    pixelDensity: Array.from({ length: pixels }, () => 1),
  }
  const workers = experiment.threads === 'auto' ? threads : Math.min(experiment.threads, threads)
  return layOut(planTraining(experiment, shape, workers), data, 0).bytes
}
