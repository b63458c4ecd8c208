import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { nodeFileSystem } from '#lab/storage/file-system'
import { HistoryWriter, decodeHistory, encodeHistoryLine } from '#lab/storage/history-file'
import { FaultyFileSystem } from './support/faulty-file-system'
import { evaluationAt } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

async function writtenHistory(evaluations: number): Promise<Buffer> {
  const path = join(await temporaryFolder(), 'history.jsonl')
  const writer = await HistoryWriter.create(nodeFileSystem, path)
  for (let epoch = 1; epoch <= evaluations; epoch++) await writer.append([evaluationAt(epoch)])
  await writer.close()
  return readFile(path)
}

const all = (count: number) => Array.from({ length: count }, (_, i) => evaluationAt(i + 1))

/** Of a new file and of one that goes on: the call fails once, after the bytes have reached the file if it is the sync. */
async function historyAfterFailing(name: 'file.writeFile' | 'file.sync', goesOn: boolean): Promise<Buffer> {
  const path = join(await temporaryFolder(), 'history.jsonl')
  let isFailing = false
  const faulty = new FaultyFileSystem((_, call) => (isFailing && call === name ? 'ENOSPC' : undefined))
  let writer = await HistoryWriter.create(faulty.fs, path)
  await writer.append([evaluationAt(1)])
  if (goesOn) {
    await writer.close()
    writer = await HistoryWriter.goOn(faulty.fs, path, (await readFile(path)).length)
  }
  isFailing = true
  await expect(writer.append([evaluationAt(2)])).rejects.toThrow('disk is full')
  isFailing = false
  await writer.append([evaluationAt(2)])
  await writer.append([evaluationAt(3)])
  await writer.close()
  return readFile(path)
}

describe('history.jsonl', () => {
  it.each([
    ['file.writeFile', false],
    ['file.sync', false],
    ['file.writeFile', true],
    ['file.sync', true],
  ] as const)('is whole when %s failed once and was done again (goes on: %s)', async (name, goesOn) => {
    expect(decodeHistory(await historyAfterFailing(name, goesOn), 'history.jsonl')).toEqual(all(3))
  })

  it('gives back every evaluation exactly', async () => {
    expect(decodeHistory(await writtenHistory(20), 'history.jsonl')).toEqual(all(20))
  })

  it('keeps losses that are not finite', () => {
    const evaluation = {
      ...evaluationAt(1),
      train: { loss: NaN, correct: 0, count: 1 },
      test: { loss: Infinity, correct: 0, count: 1 },
    }
    const text = encodeHistoryLine('history', { version: 1 }) + encodeHistoryLine('evaluation', evaluation)
    expect(decodeHistory(Buffer.from(text), 'history.jsonl')).toEqual([evaluation])
  })

  it('keeps validation, learning rate and diagnostics, and refuses what they cannot be', () => {
    const layer = {
      gradientNorm: Infinity,
      weightNorm: 3.5,
      updateNorm: 0.01,
      saturated: 0.25,
      dead: null,
      histogram: { low: -1, high: 1, counts: [1, 2, 3] },
    }
    const evaluation = {
      ...evaluationAt(1),
      validation: { loss: 0.5, correct: 90, count: 100 },
      learningRate: 0.001,
      diagnostics: [layer, { ...layer, saturated: null, dead: 1 }],
    }
    const encode = (value: unknown) =>
      Buffer.from(encodeHistoryLine('history', { version: 1 }) + encodeHistoryLine('evaluation', value))
    expect(decodeHistory(encode(evaluation), 'history.jsonl')).toEqual([evaluation])
    for (const wrong of [
      { learningRate: null },
      { validation: { loss: 1 } },
      { diagnostics: [{ ...layer, saturated: 2 }] },
      { diagnostics: [{ ...layer, histogram: { low: 0, high: 1, counts: [0.5] } }] },
    ]) {
      expect(() => decodeHistory(encode({ ...evaluation, ...wrong }), 'history.jsonl')).toThrow('not an evaluation')
    }
  })

  it('opens when it is cut at any byte of its last three lines, and loses at most the line that was cut', async () => {
    const bytes = await writtenHistory(6)
    const ends = [...bytes.entries()].filter(([, byte]) => byte === 0x0a).map(([at]) => at + 1)
    const from = ends.at(-4) ?? 0
    expect(ends.length).toBe(7)
    for (let cut = from; cut <= bytes.length; cut++) {
      const whole = ends.filter((end) => end <= cut).length - 1 // less the header
      expect(decodeHistory(bytes.subarray(0, cut), 'history.jsonl')).toEqual(all(whole))
    }
  })

  it('is empty when it is cut within its header', () => {
    const header = Buffer.from(encodeHistoryLine('history', { version: 1 }))
    for (let cut = 0; cut < header.length; cut++) expect(decodeHistory(header.subarray(0, cut), 'h')).toEqual([])
  })

  it('names file and line when any bit of any but the last newline has changed', async () => {
    const bytes = await writtenHistory(3)
    for (let at = 0; at < bytes.length - 1; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        expect(() => decodeHistory(changed, 'runs/x/history.jsonl')).toThrow(
          /runs\/x\/history\.jsonl(, line [1-4] is damaged| has format version)/,
        )
      }
    }
  })

  it('refuses a newer format kindly', () => {
    const text = encodeHistoryLine('history', { version: 2 })
    expect(() => decodeHistory(Buffer.from(text), 'history.jsonl')).toThrow('format version 2; this lab reads up to 1')
  })

  it('never writes over a history that is there', async () => {
    const path = join(await temporaryFolder(), 'history.jsonl')
    await (await HistoryWriter.create(nodeFileSystem, path)).close()
    await expect(HistoryWriter.create(nodeFileSystem, path)).rejects.toMatchObject({ code: 'EEXIST' })
  })
})
