/** The module's exports. Products come from scripts/kernels/products.mjs, which writes them for each set of tiles. */
export { useScratch } from './scratch'
export { sigmoid, relu, sigmoidBackward, reluBackward } from './activations'
export { softmaxCrossEntropy } from './loss'
export { gather, columnSums, transpose } from './data'
export { sgd, adam } from './optimizers'
export * from './products'
