/**
 * The scaling of the inputs as a model's file has it, so that whoever loads the model can give it values as they come:
 * x = (value − shift) / divisor.
 *
 * `__metadata__` has `input.scaling`, and `input.shift` and `input.divisor` as decimal numbers; where each feature has
 * its own, they are tensors of these names, F64 [inputs]. Tensors of layers stay what they are.
 */
import { LabError } from '#shared/errors'
import { rowsOf, trainingLabels, type PlacedDataset } from './data'
import { inputScaling, unitDivisor, type InputScaling } from './input-scaling'
import type { RunLayout } from './layout'
import type { Views } from './memory'
import type { TrainingPlan } from './plan'
import type { Safetensors, Tensor } from './safetensors'
import { splitSamples } from './split'

const NAMES = { shift: 'input.shift', divisor: 'input.divisor' } as const
const KEYS = ['shift', 'divisor'] as const

export interface EncodedScaling {
  tensors: [string, Tensor][]
  metadata: Record<string, string>
}

export function encodeScaling(input: InputScaling): EncodedScaling {
  const encoded: EncodedScaling = { tensors: [], metadata: { 'input.scaling': input.scaling } }
  for (const key of KEYS) {
    const values = input[key]
    if (values.length === 1) encoded.metadata[NAMES[key]] = String(values[0])
    else encoded.tensors.push([NAMES[key], { dtype: 'F64', shape: [values.length], bytes: bytesOf(values) }])
  }
  return encoded
}

/** Null for a file that does not say: of an older lab, or of another program. Throws `weights/unfit`. */
export function decodeScaling({ tensors, metadata }: Safetensors, inputs: number): InputScaling | null {
  const scaling = metadata.get('input.scaling')
  if (scaling === undefined) return null
  if (!isScaling(scaling)) throw unfit('input.scaling', 'a scaling of this lab', `"${scaling}"`)
  const read = (name: string) => decodeValues(name, tensors.get(name), metadata.get(name), inputs)
  return { scaling, shift: read(NAMES.shift), divisor: read(NAMES.divisor) }
}

function decodeValues(name: string, tensor: Tensor | undefined, text: string | undefined, inputs: number) {
  if (tensor) {
    const got = `${tensor.dtype} [${tensor.shape.join(', ')}]`
    if (got !== `F64 [${inputs}]`) throw unfit(name, `F64 [${inputs}]`, got)
    return new Float64Array(new Uint8Array(tensor.bytes).buffer)
  }
  const value = text === undefined || text === '' ? NaN : Number(text)
  if (!Number.isFinite(value)) throw unfit(name, 'a number', text === undefined ? 'nothing' : `"${text}"`)
  return Float64Array.of(value)
}

/** What a run that has been laid out and begun uses. */
export function scalingInUse({ scaling }: TrainingPlan, data: PlacedDataset, layout: RunLayout, views: Views) {
  const divisor = unitDivisor(scaling, data.kind === 'bytes')
  if (divisor !== null) return { scaling, shift: Float64Array.of(0), divisor: Float64Array.of(divisor) }
  const means = layout.input.moments >>> 3
  const deviations = means + 2 * data.pixels // between them are their inverses
  const width = scaling === 'standardize-per-feature' ? data.pixels : 1
  const values = (from: number) => views.f64.slice(from, from + width)
  return { scaling, shift: values(means), divisor: values(deviations) } satisfies InputScaling
}

/** The same, worked out for a run that never began. */
export function scalingOfPlan(
  { scaling, split, seeds }: TrainingPlan,
  data: PlacedDataset,
  views: Views,
): InputScaling {
  const { train } = splitSamples(split, seeds.split, trainingLabels(data, views))
  return inputScaling(scaling, rowsOf(data, views), train)
}

function isScaling(text: string): text is InputScaling['scaling'] {
  return ['none', 'unit', 'standardize', 'standardize-per-feature'].includes(text)
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function unfit(name: string, expected: string, got: string): LabError {
  return new LabError('weights/unfit', `The model's ${name} should be ${expected}, got ${got}`)
}
