/**
 * Sizes of a network: units, parameters and work, as the designer, the tables and the reports state them.
 */
import type { Experiment } from './experiment'
import { BUILT_IN_DATASETS, datasetFacts, valuesPerSample, type DatasetCatalog } from './dataset'

/** Units by layer from the input to the output: [784, 150, 120, 10]. */
export function layerSizes(
  experiment: Pick<Experiment, 'dataset' | 'network'>,
  catalog: DatasetCatalog = BUILT_IN_DATASETS,
): number[] {
  const facts = datasetFacts(experiment.dataset.name, catalog)
  const { layers, output } = experiment.network
  const outputs = output.units === 'classes' ? facts.classes.length : output.units
  return [valuesPerSample(facts), ...layers.map((layer) => layer.units), outputs]
}

/** The network as people write it: `784-150-120-10`. */
export function sizeString(
  experiment: Pick<Experiment, 'dataset' | 'network'>,
  catalog: DatasetCatalog = BUILT_IN_DATASETS,
): string {
  return layerSizes(experiment, catalog).join('-')
}

export interface LayerCount {
  inputs: number
  outputs: number
  weights: number
  biases: number
}

/**
 * Weights and biases by layer. With the input bias trick the constant input's weights stand for the biases of
 * the first layer and no later layer has any (50,880 for 784-64-10; with a bias for every unit it is 50,890).
 */
export function layerCounts(sizes: readonly number[], bias: Experiment['network']['bias']): LayerCount[] {
  return sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i] ?? 0
    const biased = bias === 'each-layer' || (bias === 'input-trick' && i === 0)
    return { inputs, outputs, weights: inputs * outputs, biases: biased ? outputs : 0 }
  })
}

export function parameterCount(sizes: readonly number[], bias: Experiment['network']['bias']): number {
  return layerCounts(sizes, bias).reduce((sum, layer) => sum + layer.weights + layer.biases, 0)
}

/**
 * Floating-point operations to train one sample once: 2 a weight forward, 4 backward, less the gradient with
 * respect to the input, which nobody needs. Biases, activations and the optimizer are left out.
 */
export function trainingFlopsPerSample(sizes: readonly number[]): number {
  const weights = sizes.slice(1).map((outputs, i) => outputs * (sizes[i] ?? 0))
  const all = weights.reduce((a, b) => a + b, 0)
  return 6 * all - 2 * (weights[0] ?? 0)
}
