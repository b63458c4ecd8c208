/** Data sets for tests of the renderer; give what the test is about. */
import { BUILT_IN_DATASETS } from '#shared/dataset'
import type { DatasetEntry, DatasetListing } from '#shared/datasets'

export function anOwnSet(change: Partial<DatasetEntry> = {}): DatasetEntry {
  return {
    id: 'letters-000001',
    name: 'letters',
    title: 'Letters',
    height: 8,
    width: 8,
    channels: 1,
    kind: 'bytes',
    classes: ['A', 'B', 'C'],
    train: 12,
    test: 6,
    licence: '',
    credit: '',
    sha256: 'c0ffee'.padEnd(64, '0'),
    importedAt: '2026-11-20T10:00:00.000Z',
    source: { kind: 'files', files: [{ path: 'letters.csv', sizeBytes: 4096 }], fileCount: 1, options: {} },
    classCounts: { train: [4, 4, 4], test: [2, 2, 2] },
    ...change,
  }
}

export const SHIPPED: readonly DatasetEntry[] = BUILT_IN_DATASETS.map((facts) => ({
  ...facts,
  id: null,
  importedAt: null,
  source: { kind: 'lab' },
  classCounts: null,
}))

export function listing(own: readonly DatasetEntry[] = [], problems: DatasetListing['problems'] = []): DatasetListing {
  return { sets: [...SHIPPED, ...own], problems }
}
