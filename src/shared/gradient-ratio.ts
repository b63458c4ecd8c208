/**
 * How gradients change on their way through a network: the first hidden layer's over the last hidden layer's, each as
 * the root mean square over its weights. Far below 1 they vanish, far above they explode.
 */
import type { RunSummary } from './run'

/** At the last evaluation. Null without diagnostics, and where there is only one hidden layer or none. */
export function gradientRatio({ last, sizes }: Pick<RunSummary, 'last' | 'sizes'>): number | null {
  const layers = last?.diagnostics
  const hidden = sizes.length - 2
  if (!layers || hidden < 2) return null
  const rootMeanSquare = (layer: number) => {
    const weights = (sizes[layer] ?? NaN) * (sizes[layer + 1] ?? NaN)
    return (layers[layer]?.gradientNorm ?? NaN) / Math.sqrt(weights)
  }
  return rootMeanSquare(0) / rootMeanSquare(hidden - 1)
}
