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
  /** Of the content (docs/file-formats.md): what runs keep of their data. All sets of a lab have it. */
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
    sha256: 'aff4c1a16a1ddb96d65783b0502a863bfb9f1db09993281b4a5eef1b1d6d757e',
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
    sha256: '33758e30c1f8e53cdd81fde826b71806077f6bca13f346fcbe6e91d7ee3484d9',
  },
  {
    // made by NAMED_POINTS of points.ts when it is asked for
    name: 'two-moons',
    title: 'Two moons',
    height: 1,
    width: 2,
    kind: 'floats',
    classes: ['Upper moon', 'Lower moon'],
    train: 100,
    test: 100,
    licence: 'CC0 1.0',
    credit: 'drawn by the lab',
    sha256: '7959f0414fe529909373433c241490851ced394bf07556ae10d6b296efbbf59d',
  },
]

/**
 * All sets that an experiment may name. Whoever knows the workspace passes those that somebody brought along with
 * those that ship with the lab; without them only the latter are known.
 */
export type DatasetCatalog = readonly DatasetFacts[]

export function findDataset(name: string, catalog: DatasetCatalog = BUILT_IN_DATASETS): DatasetFacts | undefined {
  return catalog.find((facts) => facts.name === name)
}

/** One of the lab's own sets by its title, somebody's own by its name. */
export function datasetWords(name: string): string {
  return findDataset(name)?.title ?? name
}

/** Throws `dataset/unknown`, naming those that there are. */
export function datasetFacts(name: string, catalog: DatasetCatalog = BUILT_IN_DATASETS): DatasetFacts {
  const facts = findDataset(name, catalog)
  if (facts) return facts
  throw new LabError('dataset/unknown', unknownDataset(name, catalog))
}

const NAMED_AT_MOST = 12

/** In words: there is none of this name, and which there are. */
export function unknownDataset(name: string, catalog: DatasetCatalog): string {
  const names = catalog.slice(0, NAMED_AT_MOST).map((each) => JSON.stringify(each.name))
  const more = catalog.length - names.length
  const known = more > 0 ? `${names.join(', ')} or one of ${more} more` : listed(names)
  return `There is no data set ${JSON.stringify(name)}; expected ${known}`
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`
}
