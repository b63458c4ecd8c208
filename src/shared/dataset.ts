/**
 * The data sets that ship with the lab, as everybody needs to know them before a byte is loaded.
 */
import { LabError } from './errors'

export interface DatasetFacts {
  /** The name in an experiment file. */
  name: string
  title: string
  height: number
  width: number
  /** Class names in the order of their labels. */
  classes: readonly string[]
  train: number
  test: number
  licence: string
  credit: string
  /** What the values are; left out: bytes. */
  kind?: 'bytes' | 'floats'
  /** Values of each pixel; left out: 1. */
  channels?: number
  /** Of the content of a set that somebody brought; runs keep it. */
  sha256?: string
}

/** Values of one sample: what the network's input layer takes. */
export function valuesPerSample({ height, width, channels = 1 }: DatasetFacts): number {
  return height * width * channels
}

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
const garments = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
]

export const BUILT_IN_DATASETS: readonly DatasetFacts[] = [
  {
    name: 'mnist',
    title: 'MNIST',
    height: 28,
    width: 28,
    classes: digits,
    train: 60_000,
    test: 10_000,
    licence: 'CC BY-SA 3.0',
    credit: 'Yann LeCun and Corinna Cortes',
  },
  {
    name: 'fashion-mnist',
    title: 'Fashion-MNIST',
    height: 28,
    width: 28,
    classes: garments,
    train: 60_000,
    test: 10_000,
    licence: 'MIT',
    credit: 'Zalando SE',
  },
]

export function findDataset(name: string): DatasetFacts | undefined {
  return BUILT_IN_DATASETS.find((facts) => facts.name === name)
}

/** Throws `dataset/unknown`, naming those that there are. */
export function datasetFacts(name: string): DatasetFacts {
  const facts = findDataset(name)
  if (facts) return facts
  const known = BUILT_IN_DATASETS.map((each) => `"${each.name}"`).join(' or ')
  throw new LabError('dataset/unknown', `There is no data set "${name}"; expected ${known}`)
}
