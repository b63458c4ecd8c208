/**
 * ONNX files against a reader of their own, and against onnx.checker and onnxruntime where a Python has them.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeOnnx } from '#engine/formats/onnx'
import { Message } from '#engine/formats/protobuf'
import type { PortableModel } from '#engine/formats/portable-model'
import { forward, KINDS, makeInputs, makeModel } from './portable'

type Field = number | Uint8Array

/** Field number → values, in their order. */
function fieldsOf(bytes: Uint8Array): Map<number, Field[]> {
  const fields = new Map<number, Field[]>()
  let at = 0
  const varint = () => {
    let [value, factor] = [0, 1]
    for (;;) {
      const byte = bytes[at++] ?? expect.fail('the file ends within a number')
      value += (byte % 128) * factor
      if (byte < 128) return value
      factor *= 128
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const [number, type] = [Math.floor(key / 8), key % 8]
    const size = type === 2 ? varint() : type === 5 ? 4 : 0
    const value = type === 0 ? varint() : bytes.subarray(at, (at += size))
    fields.set(number, [...(fields.get(number) ?? []), value])
  }
  expect(at).toBe(bytes.length)
  return fields
}

function bytesAt(fields: Map<number, Field[]>, number: number): Uint8Array[] {
  return (fields.get(number) ?? []).map((field) => (typeof field === 'number' ? expect.fail('a number') : field))
}

function textsAt(fields: Map<number, Field[]>, number: number): string[] {
  return bytesAt(fields, number).map((each) => new TextDecoder().decode(each))
}

const model = makeModel()
const file = fieldsOf(writeOnnx(model, '1.2.3'))
const [graphBytes = new Uint8Array()] = bytesAt(file, 7)
const graph = fieldsOf(graphBytes)

describe('an ONNX file', () => {
  it('says its versions, who made it and what the classes are', () => {
    expect(file.get(1)).toEqual([8])
    expect([textsAt(file, 2), textsAt(file, 3)]).toEqual([['Perceptron Lab'], ['1.2.3']])
    expect(bytesAt(file, 8).map((each) => fieldsOf(each).get(2))).toEqual([[17]])
    const metadata = new Map(
      bytesAt(file, 14).map((each) => [textsAt(fieldsOf(each), 1)[0], textsAt(fieldsOf(each), 2)[0]]),
    )
    expect(JSON.parse(metadata.get('classes') ?? '')).toEqual(model.classes)
    expect(metadata.get('run')).toBe('run-1')
  })

  it('has the scaling as nodes, one Gemm a layer, and nothing that is used before it is made', () => {
    const nodes = bytesAt(graph, 1).map(fieldsOf)
    const operators = nodes.map((node) => textsAt(node, 4)[0])
    expect(operators.slice(0, 3)).toEqual(['Sub', 'Div', 'Gemm'])
    expect(operators.filter((name) => name === 'Gemm')).toHaveLength(model.layers.length)
    expect(operators.at(-1)).toBe('Softmax')
    const known = new Set(['input', ...bytesAt(graph, 5).flatMap((tensor) => textsAt(fieldsOf(tensor), 8))])
    for (const node of nodes) {
      for (const input of textsAt(node, 1)) expect(known).toContain(input)
      for (const output of textsAt(node, 2)) known.add(output)
    }
    expect(known).toContain('probabilities')
  })

  it('holds the weights as they are', () => {
    const tensors = new Map(bytesAt(graph, 5).map((each) => [textsAt(fieldsOf(each), 8)[0], fieldsOf(each)]))
    model.layers.forEach(({ weight, inputs, outputs }, i) => {
      const tensor = tensors.get(`layers.${i}.weight`) ?? expect.fail('no weight')
      expect(tensor.get(1)).toEqual([outputs, inputs])
      const [raw = new Uint8Array()] = bytesAt(tensor, 9)
      expect(new Float32Array(raw.slice().buffer)).toEqual(weight)
    })
  })

  it('has no scaling where the inputs are taken as they are', () => {
    const [bytes = new Uint8Array()] = bytesAt(fieldsOf(writeOnnx(makeModel('linear', false), '1')), 7)
    const operators = bytesAt(fieldsOf(bytes), 1).map((node) => textsAt(fieldsOf(node), 4)[0])
    expect([operators[0], operators.at(-1)]).toEqual(['Gemm', 'Identity'])
  })

  it('takes what a mean has beyond float32 away in a second step', () => {
    const scaling = { shift: Float64Array.of(1e6 + 0.3), divisor: Float64Array.of(2) }
    const [bytes = new Uint8Array()] = bytesAt(fieldsOf(writeOnnx({ ...makeModel(), scaling }, '1')), 7)
    const operators = bytesAt(fieldsOf(bytes), 1).map((node) => textsAt(fieldsOf(node), 4)[0])
    expect(operators.slice(0, 4)).toEqual(['Sub', 'Sub', 'Div', 'Gemm'])
    const tensors = bytesAt(fieldsOf(bytes), 5).map(fieldsOf)
    const [shift, rest] = ['scaling.shift', 'scaling.rest'].map((name) => {
      const [raw = new Uint8Array()] = bytesAt(
        tensors.find((each) => textsAt(each, 8)[0] === name) ?? expect.fail('no tensor'),
        9,
      )
      return new Float32Array(raw.slice().buffer)[0] ?? NaN
    })
    expect(shift).toBe(Math.fround(1e6 + 0.3))
    expect((shift ?? NaN) + (rest ?? NaN)).toBeCloseTo(1e6 + 0.3, 9)
  })

  it('calls what leaves a linear layer outputs, and probabilities only what is some', () => {
    const outputs = (['softmax', 'sigmoid', 'linear'] as const).map((output) => {
      const [bytes = new Uint8Array()] = bytesAt(fieldsOf(writeOnnx(makeModel(output), '1')), 7)
      return bytesAt(fieldsOf(bytes), 12).map((each) => textsAt(fieldsOf(each), 1)[0])
    })
    expect(outputs).toEqual([
      ['probabilities', 'logits'],
      ['probabilities', 'logits'],
      ['outputs', 'logits'],
    ])
  })
})

describe('protocol buffers', () => {
  it('write the published examples: 150 as 96 01, a text with its length', () => {
    expect([...new Message().integer(1, 150).encoded()]).toEqual([0x08, 0x96, 0x01])
    expect([...new Message().text(2, 'testing').encoded()]).toEqual([0x12, 7, ...new TextEncoder().encode('testing')])
    expect([...new Message().float(2, 1).encoded()]).toEqual([0x15, 0, 0, 0x80, 0x3f])
  })

  it('refuse numbers that they cannot hold', () => {
    expect(() => new Message().integer(1, -1)).toThrow('from 0 on, got -1')
    expect(() => new Message().integer(1, 0.5)).toThrow('got 0.5')
  })
})

/** Runs each file given through onnx.checker and onnxruntime, and prints the probabilities as JSON. */
const CHECK = `
import json, sys
import numpy as np, onnx, onnxruntime
x = np.fromfile(sys.argv[1], dtype="<f4").reshape(-1, 6)
answers = []
for path in sys.argv[2:]:
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    answers.append(session.run(None, {"input": x})[0].tolist())
print(json.dumps(answers))
`

function hasRuntime(): boolean {
  try {
    execFileSync('python3', ['-c', 'import numpy, onnx, onnxruntime'], { stdio: 'ignore' })
    return true
  } catch {
    console.log('onnxruntime is not run: no python3 with numpy, onnx and onnxruntime here')
    return false
  }
}

describe.skipIf(!hasRuntime())('onnxruntime', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onnx-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const far = { shift: Float64Array.of(100.1, -7, 0, 20, 5, 9.1), divisor: Float64Array.of(2, 0, 50, 0.7, 30, 60) }
  const models: PortableModel[] = [
    ...(['softmax', 'sigmoid', 'linear'] as const).map((output) => makeModel(output)),
    // one feature never changes, and one is not moved
    { ...makeModel(), scaling: far },
  ]
  const inputs = makeInputs(20)
  let answers: number[][][] = []

  beforeAll(() => {
    writeFileSync(join(folder, 'x.f32'), new Uint8Array(inputs.buffer))
    const files = models.map((each, i) => {
      const path = join(folder, `${i}.onnx`)
      writeFileSync(path, writeOnnx(each, '1'))
      return path
    })
    const printed = execFileSync('python3', ['-c', CHECK, join(folder, 'x.f32'), ...files], { encoding: 'utf8' })
    answers = JSON.parse(printed) as number[][][]
  })

  it(`takes the file and answers as the plain forward pass does, with all ${KINDS.length} activations`, () => {
    models.forEach((each, m) => {
      const wanted = forward(each, inputs).flat()
      const got = answers[m]?.flat() ?? []
      // f32 sums of a dozen layers against float64; the values are of the order of 1
      wanted.forEach((value, i) => expect(Math.abs((got[i] ?? NaN) - value)).toBeLessThan(1e-5))
    })
  })
})
