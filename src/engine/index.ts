/** What the rest of the lab may use of the engine. */
export {
  decodeCheckpoint,
  decodeWeights,
  encodeCheckpoint,
  encodeKept,
  encodeModel,
  modelTensors,
  type TrainingState,
} from './checkpoint'
export { Control, type HeldSnapshot, type Progress } from './control'
export { placeDataset, shapeOf, trainingLabels, type PlacedDataset, type RawPart } from './data'
export { Inference, type Inferred, type RowSource } from './inference'
export { initialParameters } from './initializers'
export { scaledInputs, type InputScaling } from './input-scaling'
export { layOut, type RunLayout } from './layout'
export { createMemory, MemoryBlocks, viewsOf } from './memory'
export { decodeDescription, encodeDescription, type ModelDescription } from './model-description'
export { decodeScaling, scalingInUse, scalingOfPlan } from './model-input'
export { planTraining, type DatasetShape, type TrainingPlan } from './plan'
export { readSafetensors, writeSafetensors, type Tensor } from './safetensors'
export { parameterTensors } from './tensors'
export { scoreTestPart, trainWorker, type WorkerOutcome, type WorkerTask } from './train'
export {
  ARITHMETICS,
  canRelaxedSimd,
  chooseKernels,
  PLAIN_KERNELS,
  type Arithmetic,
  type KernelChoice,
} from './wasm/choice'
export { fastestTiles } from './wasm/timing'
