import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LabError } from '#shared/errors'
import { HISTORY_LIMITS, readHistoryTable } from '#shared/runs/history-table'
import { guessColumns, outsideRows } from '#shared/runs/outside-history'

async function fixture(name: string) {
  return readHistoryTable(await readFile(resolve('test/fixtures/histories', name)), name)
}

function table(text: string) {
  return readHistoryTable(new TextEncoder().encode(text), 'mine.csv')
}

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof LabError) return error.code
    throw error
  }
  return 'none'
}

describe('a history from elsewhere', () => {
  it("takes the dict of Keras' History as it was dumped to JSON", async () => {
    const keras = await fixture('keras-history.json')
    expect(keras).toMatchObject({ format: 'keras-json', rows: 4 })
    expect(guessColumns(keras)).toEqual({
      'train-accuracy': 'accuracy',
      'train-loss': 'loss',
      'validation-accuracy': 'val_accuracy',
      'validation-loss': 'val_loss',
      'learning-rate': 'learning_rate',
    })
    const { rows, remarks } = outsideRows(keras, guessColumns(keras))
    expect(rows[2]).toEqual({
      epoch: 3,
      'train-loss': 0.10855899751186371,
      'train-accuracy': 0.9665499925613403,
      'validation-loss': 0.10176999866962433,
      'validation-accuracy': 0.9692999720573425,
      'learning-rate': 0.0005,
    })
    expect(remarks).toEqual(['No column of epochs: rows are counted from 1.'])
  })

  it('takes a History object that was dumped whole', () => {
    const whole = table(
      '{"validation_data": null, "params": {"epochs": 2}, "epoch": [0, 1], "history": {"loss": [0.3, 0.2]}}',
    )
    expect(whole.columns.map(({ name }) => name)).toEqual(['loss'])
  })

  it("takes CSVLogger's file, counts its epochs from 1, and keeps a loss of nan as one", async () => {
    const logged = await fixture('keras-csvlogger.csv')
    const { rows, remarks } = outsideRows(logged, guessColumns(logged))
    expect(rows.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
    expect(rows[3]?.['train-loss']).toBeNaN()
    expect(remarks).toEqual(['Epochs counted from 0 are counted from 1 here.'])
  })

  it('takes a loop of somebody’s own: semicolons, decimal commas, per cent, names of their choice', async () => {
    const loop = await fixture('pytorch-loop.csv')
    const columns = guessColumns(loop)
    expect(columns).toEqual({
      epoch: 'Epoch',
      'train-loss': 'Train Loss',
      'train-accuracy': 'Train Acc (%)',
      'validation-loss': 'Valid Loss',
      'validation-accuracy': 'Valid Acc (%)',
      'learning-rate': 'lr',
      seconds: 'elapsed',
    })
    const { rows, remarks } = outsideRows(loop, columns)
    expect(rows[1]).toEqual({
      epoch: 2,
      seconds: 24.7,
      'train-loss': 0.142,
      'train-accuracy': 0.9571,
      'validation-loss': 0.1201,
      'validation-accuracy': 0.9640000000000001,
      'learning-rate': 0.01,
    })
    expect(remarks).toEqual(['Read as per cent: Train Acc (%), Valid Acc (%).'])
  })

  it('takes a line of JSON for each epoch, with Python’s NaN and with gaps', async () => {
    const lines = await fixture('loop.jsonl')
    const { rows } = outsideRows(lines, guessColumns(lines))
    expect(rows[0]).toEqual({ epoch: 1, step: 938, seconds: 12.4, 'train-loss': 0.302, 'test-accuracy': 0.9518 })
    expect(rows[1]).not.toHaveProperty('test-accuracy')
    expect(rows[2]?.['train-loss']).toBeNaN()
  })

  it('does not take a text "NaN" inside a string for a number', () => {
    const read = table('[{"epoch": 1, "loss": 0.5, "note": "was NaN, is Infinity"}]')
    expect(read.columns.find(({ name }) => name === 'note')?.cells).toEqual(['was NaN, is Infinity'])
  })

  it.each([
    ['nothing', '', 'history/empty'],
    ['a head without epochs', 'epoch,loss\n', 'history/empty'],
    ['numbers without names', '1,0.5\n2,0.4\n', 'history/no-header'],
    ['rows of different lengths', 'epoch,loss\n1,0.5\n2\n', 'history/ragged'],
    ['lists of different lengths', '{"loss": [1, 2], "val_loss": [1]}', 'history/ragged'],
    ['a quotation mark that is never closed', 'epoch,loss\n1,"0.5\n', 'history/ragged'],
    ['JSON that is cut', '{"loss": [1, 2', 'history/not-json'],
    ['JSON without a history', '{"a": 1}', 'history/no-history'],
    ['a list of numbers', '[1, 2, 3]', 'history/ragged'],
  ])('refuses %s with a reason', (_what, text, code) => {
    expect(codeOf(() => table(text))).toBe(code)
  })

  it('refuses bytes that are no text, and a file that is too large', () => {
    expect(codeOf(() => readHistoryTable(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff]), 'a.png'))).toBe(
      'history/not-text',
    )
    const huge = new Uint8Array(HISTORY_LIMITS.bytes + 1)
    expect(codeOf(() => readHistoryTable(huge, 'huge.csv'))).toBe('history/too-large')
  })

  it('refuses thousands of columns and more rows than anybody has epochs', () => {
    const wide = Array.from({ length: 300 }, (_, i) => `c${i}`).join(',')
    expect(codeOf(() => table(`${wide}\n${wide}`))).toBe('history/too-large')
    expect(codeOf(() => table(`loss\n${'1\n'.repeat(HISTORY_LIMITS.rows + 2)}`))).toBe('history/too-large')
  })

  it.each([
    ['a column that is not there', { 'train-loss': 'lost' }, 'history/no-column'],
    ['texts in place of losses', { 'train-loss': 'word' }, 'history/not-a-number'],
    ['epochs that go back', { epoch: 'back', 'train-loss': 'loss' }, 'history/order'],
    ['accuracies above 100', { 'train-accuracy': 'many' }, 'history/not-a-share'],
    ['no loss and no accuracy', { epoch: 'epoch' }, 'history/nothing-measured'],
  ])('refuses %s', (_what, columns, code) => {
    const read = table('epoch,loss,word,back,many\n1,0.5,a,2,101\n2,0.4,b,1,102\n')
    expect(codeOf(() => outsideRows(read, columns))).toBe(code)
  })

  it('is not led astray by names such as __proto__ and constructor', () => {
    const read = table('{"__proto__": [1, 2], "constructor": [1, 2], "loss": [0.2, 0.1]}')
    expect(guessColumns(read)).toEqual({ 'train-loss': 'loss' })
  })
})
