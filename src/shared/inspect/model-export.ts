/**
 * Formats in which a model leaves the lab, and what they are good for.
 */

export const MODEL_FORMATS = ['onnx', 'safetensors', 'npz', 'pytorch', 'keras', 'numpy'] as const
export type ModelFormat = (typeof MODEL_FORMATS)[number]

export interface ModelFormatWords {
  title: string
  /** What is in it, and who reads it. */
  description: string
  /** Of the file. */
  extension: string
  /** The weights as they are now, or a program that trains them from the first ones on. */
  kind: 'weights' | 'code'
}

export const MODEL_FORMAT_WORDS: Readonly<Record<ModelFormat, ModelFormatWords>> = {
  onnx: {
    title: 'ONNX',
    description: 'The network with its weights, scaling of the inputs included, for onnxruntime and most other tools.',
    extension: 'onnx',
    kind: 'weights',
  },
  safetensors: {
    title: 'safetensors',
    description: 'The weights under PyTorch’s names; this lab opens it again with all that it says of the network.',
    extension: 'safetensors',
    kind: 'weights',
  },
  npz: {
    title: 'NumPy arrays',
    description: 'W1, b1, W2, … in one .npz file, and a description as JSON; no pickle.',
    extension: 'npz',
    kind: 'weights',
  },
  pytorch: {
    title: 'PyTorch',
    description: 'A script that trains the same network from the same first weights on the same minibatches.',
    extension: 'zip',
    kind: 'code',
  },
  keras: {
    title: 'Keras 3',
    description: 'The same for Keras with any backend: TensorFlow, JAX or PyTorch.',
    extension: 'zip',
    kind: 'code',
  },
  numpy: {
    title: 'NumPy',
    description: 'The same with nothing but NumPy: forward pass, gradients and optimizer written out.',
    extension: 'zip',
    kind: 'code',
  },
}
