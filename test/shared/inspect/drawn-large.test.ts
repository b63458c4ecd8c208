import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { createDatasetLoader } from '#lab/datasets/loader'
import { prepareDigit } from '#shared/inspect/digit-pad'
import { drawnLarge } from './drawn-large'

const PIXELS = 784

/** One layer and softmax, 2,000 pictures three times: enough of a network to notice what becomes of its pictures. */
function trainedOn(images: Uint8Array, labels: Uint8Array) {
  const weights = Array.from({ length: 10 }, () => new Float64Array(PIXELS + 1))
  const sums = (picture: Uint8Array) =>
    weights.map((row) => picture.reduce((sum, value, i) => sum + ((row[i] ?? 0) * value) / 255, row[PIXELS] ?? 0))
  for (let step = 0; step < 3 * 2000; step++) {
    const picture = images.subarray((step % 2000) * PIXELS, ((step % 2000) + 1) * PIXELS)
    const z = sums(picture)
    const exponentials = z.map((value) => Math.exp(value - Math.max(...z)))
    const total = exponentials.reduce((sum, value) => sum + value, 0)
    weights.forEach((row, label) => {
      const off = (exponentials[label] ?? 0) / total - (labels[step % 2000] === label ? 1 : 0)
      picture.forEach((value, i) => (row[i] = (row[i] ?? 0) - (0.03 * off * value) / 255))
      row[PIXELS] = (row[PIXELS] ?? 0) - 0.03 * off
    })
  }
  return (picture: Uint8Array) => {
    const z = sums(picture)
    return z.indexOf(Math.max(...z))
  }
}

/** Numbers in [0, 1) that are the same each time. */
function numbers(seed: number): () => number {
  return () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31
}

it('brings MNIST’s own digits back, drawn large and anywhere: a model says of 95 % of them what it said before', async () => {
  const { train, test } = await createDatasetLoader(resolve('resources/datasets'))('mnist')
  const ask = trainedOn(train.images as Uint8Array, train.labels)
  const next = numbers(3)
  const said = Array.from({ length: 100 }, (_, k) => {
    const image = Uint8Array.from(test.images.subarray(k * PIXELS, (k + 1) * PIXELS))
    const size = 90 + Math.floor(170 * next())
    const [left, top] = [Math.floor((280 - size) * next()), Math.floor((280 - size) * next())]
    const { pixels } = prepareDigit(drawnLarge(image, size, left, top), { width: 28, height: 28 })
    return { before: ask(image), after: ask(pixels), truth: test.labels[k] }
  })
  expect(said.filter(({ before, truth }) => before === truth).length).toBeGreaterThan(80) // it has learned something
  expect(said.filter(({ before, after }) => before === after).length).toBeGreaterThanOrEqual(95)
})
