/**
 * A model as an ONNX file: raw values in, probabilities out, with the scaling of the inputs as nodes of the graph.
 *
 * IR version 8 and operator set 17: what onnxruntime and the checker of 2022 and later take. Field numbers are those
 * of onnx.proto3; all numbers are f32. Input `input` f32[n, features], outputs `logits` and `probabilities`
 * f32[n, units]; the latter is called `outputs` where the network's last layer is linear.
 */
import type { ActivationKind } from '../kernels'
import { inputsOf, type PortableModel } from './portable-model'
import { Message } from './protobuf'

const IR_VERSION = 8
const OPERATOR_SET = 17
const FLOAT = 1 // TensorProto.DataType, AttributeProto.AttributeType
const INT = 2

type Attributes = Readonly<Record<string, { float: number } | { int: number }>>

/** `version`: of the program that writes it. */
export function writeOnnx(model: PortableModel, version: string): Uint8Array<ArrayBuffer> {
  const graph = new GraphWriter()
  const logits = layersOf(graph, model, scaledInput(graph, model))
  graph.node('Identity', [logits], 'logits')
  graph.last(model.output, 'logits', outputName(model))
  const units = model.layers.at(-1)?.outputs ?? 0
  const file = new Message()
    .integer(1, IR_VERSION)
    .text(2, 'Perceptron Lab')
    .text(3, version)
    .message(7, graph.encoded(model.name, { inputs: inputsOf(model), outputs: units, output: outputName(model) }))
    .message(8, new Message().text(1, '').integer(2, OPERATOR_SET))
  const metadata = { classes: JSON.stringify(model.classes), ...model.metadata }
  for (const [key, value] of Object.entries(metadata)) file.message(14, new Message().text(1, key).text(2, value))
  return file.encoded()
}

function outputName({ output }: PortableModel): string {
  return output === 'linear' ? 'outputs' : 'probabilities'
}

/** Answers with the name of the scaled values. */
function scaledInput(graph: GraphWriter, { scaling }: PortableModel): string {
  if (!scaling) return 'input'
  const { shift, divisor } = scaling
  const shifted = shift.some((each) => each !== 0) ? shiftedInput(graph, shift) : 'input'
  if (divisor.every((each) => each === 1)) return shifted
  if (divisor.every((each) => each !== 0)) {
    graph.tensor('scaling.divisor', [divisor.length], Float32Array.from(divisor))
    return graph.node('Div', [shifted, 'scaling.divisor'], 'scaled')
  }
  const scale = Float32Array.from(divisor, (each) => (each === 0 ? 0 : 1 / each))
  graph.tensor('scaling.scale', [scale.length], scale)
  return graph.node('Mul', [shifted, 'scaling.scale'], 'scaled')
}

/**
 * A mean may be large beside what is left of the values, and f32 has not the digits for it: its rounded part goes
 * first, without an error where the two are alike, and then the rest.
 */
function shiftedInput(graph: GraphWriter, shift: Float64Array): string {
  const rounded = Float32Array.from(shift)
  const rest = Float32Array.from(shift, (each, i) => each - (rounded[i] ?? 0))
  graph.tensor('scaling.shift', [shift.length], rounded)
  const shifted = graph.node('Sub', ['input', 'scaling.shift'], 'shifted')
  if (rest.every((each) => each === 0)) return shifted
  graph.tensor('scaling.rest', [shift.length], rest)
  return graph.node('Sub', [shifted, 'scaling.rest'], 'centered')
}

function layersOf(graph: GraphWriter, { layers }: PortableModel, input: string): string {
  return layers.reduce((before, { weight, bias, inputs, outputs, activation }, i) => {
    const [w, b] = [`layers.${i}.weight`, `layers.${i}.bias`]
    graph.tensor(w, [outputs, inputs], weight)
    graph.tensor(b, [outputs], bias)
    const sums = graph.node('Gemm', [before, w, b], `layers.${i}.sums`, { transB: { int: 1 } })
    return i === layers.length - 1 ? sums : graph.activation(activation, sums, `layers.${i}.output`)
  }, input)
}

class GraphWriter {
  private readonly nodes: Message[] = []
  private readonly tensors: Message[] = []

  node(operator: string, inputs: readonly string[], output: string, attributes: Attributes = {}): string {
    const node = new Message()
    for (const input of inputs) node.text(1, input)
    node.text(2, output).text(3, output).text(4, operator)
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value))
    this.nodes.push(node)
    return output
  }

  tensor(name: string, shape: readonly number[], values: Float32Array): void {
    const tensor = new Message()
    for (const size of shape) tensor.integer(1, size)
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    this.tensors.push(tensor.integer(2, FLOAT).text(8, name).bytes(9, bytes))
  }

  /** Answers with the name of what comes out. */
  activation({ kind, parameter }: { kind: ActivationKind; parameter: number }, from: string, to: string): string {
    switch (kind) {
      case 'linear':
        return this.node('Identity', [from], to)
      case 'sigmoid':
        return this.node('Sigmoid', [from], to)
      case 'tanh':
        return this.node('Tanh', [from], to)
      case 'relu':
        return this.node('Relu', [from], to)
      case 'softplus':
        return this.node('Softplus', [from], to)
      case 'leaky-relu':
        return this.node('LeakyRelu', [from], to, { alpha: { float: parameter } })
      case 'elu':
        return this.node('Elu', [from], to, { alpha: { float: parameter } })
      case 'silu':
        return this.node('Mul', [from, this.node('Sigmoid', [from], `${to}.sigmoid`)], to)
      case 'improved-sigmoid':
        return this.improvedSigmoid(from, to)
      case 'gelu':
        return this.gelu(from, to)
      default:
        throw new Error(`no such activation: ${String(kind satisfies never)}`)
    }
  }

  last(output: PortableModel['output'], from: string, to: string): void {
    if (output === 'softmax') this.node('Softmax', [from], to, { axis: { int: 1 } })
    else this.activation({ kind: output, parameter: 0 }, from, to)
  }

  encoded(name: string, sizes: { inputs: number; outputs: number; output: string }): Message {
    const { inputs, outputs, output } = sizes
    const graph = new Message()
    for (const node of this.nodes) graph.message(1, node)
    graph.text(2, name)
    for (const tensor of this.tensors) graph.message(5, tensor)
    return graph
      .message(11, valueInfo('input', inputs))
      .message(12, valueInfo(output, outputs))
      .message(12, valueInfo('logits', outputs))
  }

  /** 1.7159 · tanh(2z/3) */
  private improvedSigmoid(from: string, to: string): string {
    const inner = this.node('Mul', [from, this.constant(`${to}.slope`, 2 / 3)], `${to}.inner`)
    const curve = this.node('Tanh', [inner], `${to}.tanh`)
    return this.node('Mul', [curve, this.constant(`${to}.height`, 1.7159)], to)
  }

  /** z · Φ(z) = ½z · (1 + erf(z/√2)): as a node of its own it came with operator set 20 only. */
  private gelu(from: string, to: string): string {
    const inner = this.node('Mul', [from, this.constant(`${to}.slope`, Math.SQRT1_2)], `${to}.inner`)
    const erf = this.node('Erf', [inner], `${to}.erf`)
    const share = this.node('Add', [erf, this.constant(`${to}.one`, 1)], `${to}.share`)
    const half = this.node('Mul', [from, this.constant(`${to}.half`, 0.5)], `${to}.halved`)
    return this.node('Mul', [half, share], to)
  }

  private constant(name: string, value: number): string {
    this.tensor(name, [1], Float32Array.of(value))
    return name
  }
}

function attribute(name: string, value: { float: number } | { int: number }): Message {
  const message = new Message().text(1, name)
  if ('float' in value) return message.float(2, value.float).integer(20, FLOAT)
  return message.integer(3, value.int).integer(20, INT)
}

/** f32[n, size] */
function valueInfo(name: string, size: number): Message {
  const any = new Message().text(2, 'n')
  const shape = new Message().message(1, any).message(1, new Message().integer(1, size))
  const tensor = new Message().integer(1, FLOAT).message(2, shape)
  return new Message().text(1, name).message(2, new Message().message(1, tensor))
}
