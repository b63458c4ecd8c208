import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { REFERENCE_SPEED } from '#shared/cost/speed'
import { BUILT_IN_DATASETS } from '#shared/dataset'
import type { DryRun } from '#shared/dry-run'
import { EXIT } from '../../src/cli/exit-codes'
import { runCommandLine } from '../../src/cli/program'
import { fakeLab } from './fake-lab'

const layer = { low: 0, high: 1, weightNorm: 10, updateNorm: 0.01, saturated: null, dead: null }
const DRY: DryRun = {
  label: '784-150-120-10',
  sizes: [784, 150, 120, 10],
  batch: 64,
  loss: 2.5,
  guessingLoss: Math.log(10),
  correct: 7,
  layers: [
    { ...layer, name: 'Hidden 1', inputs: 784, outputs: 150, parameters: 117_750, gradientNorm: 0.5, saturated: 0.25 },
    { ...layer, name: 'Output', inputs: 120, outputs: 10, parameters: 1210, gradientNorm: 1.5 },
  ],
  memoryBytes: 3_000_000,
  seconds: 0.2,
}

async function run(...args: string[]) {
  const lab = fakeLab()
  const asked: unknown[][] = []
  const call = (name: string, ...given: unknown[]) => {
    asked.push([name, ...given])
    if (name === 'app:info') return Promise.resolve({ datasets: BUILT_IN_DATASETS })
    return Promise.resolve(name === 'design:speed' ? REFERENCE_SPEED : DRY)
  }
  lab.call = call as typeof lab.call
  let out = ''
  let told = ''
  const code = await runCommandLine(args, {
    version: '1.2.3',
    resources: resolve('resources'),
    renderer: 'none',
    workspace: 'none',
    openLab: () => Promise.resolve(lab),
    output: {
      write: (text) => (out += text),
      tell: (text) => (told += text),
      isTerminal: false,
      width: 80,
      height: 24,
    },
    onInterrupt: () => () => undefined,
  })
  return { code, out, told, lab, asked }
}

describe('dry-run', () => {
  test('prints the first minibatch layer by layer, beside the loss of guessing', async () => {
    const { code, out, lab, asked } = await run('dry-run', 'two-networks-mnist', '--configuration', '2')
    expect(code).toBe(EXIT.ok)
    expect(out).toContain(
      'first minibatch of 64, loss 2.5000 (guessing: ln 10 = 2.3026), 7 right, 3.0 MB in the engine',
    )
    expect(out).toMatch(/Hidden 1 +64 × 784 +64 × 150 +0.500 +0.00100 +25 %/)
    expect(out).toContain('Every layer gets a gradient.')
    expect(out).toMatch(/All of it is 2 runs\. Takes about .* on 2 threads, 2\.\d MB on the disk/)
    expect(asked).toContainEqual(['design:dry-run', expect.objectContaining({ title: 'Two networks on MNIST' }), 1])
    expect(lab.isClosed).toBe(true)
  })

  test('gives the same as JSON', async () => {
    const { out } = await run('dry-run', 'two-networks-mnist', '--json')
    expect(JSON.parse(out)).toMatchObject({
      ...{ loss: 2.5, sizes: [784, 150, 120, 10], findings: [{ isGood: true }] },
      cost: { runs: 2, configurations: 2, basis: 'assumed' },
    })
  })

  test('refuses a preset that is not there', async () => {
    const { code, told } = await run('dry-run', 'no-such-preset')
    expect(code).not.toBe(EXIT.ok)
    expect(told).toContain('no-such-preset')
  })
})
