import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { BroughtFile, DatasetEntry, ImportSource, ImportView, OpenedImport } from '#shared/datasets'
import { LabError } from '#shared/errors'
import { IMPORT_LIMITS, type ImportOptions } from '#shared/import-options'
import { lab } from '../lab'
import { formatCount, formatShort } from '../ui/format'
import { useToasts } from '../ui/toasts'

/** A file of the page, with its folders before its name. */
export interface PickedFile {
  path: string
  file: Blob
}

/** Where an import is on its way. Nothing is stored before the person says so. */
export type ImportState =
  | { kind: 'none' }
  /** The page reads the files that were brought. */
  | { kind: 'reading'; files: number; readBytes: number; totalBytes: number }
  /** The lab looks at them. */
  | { kind: 'opening' }
  | {
      kind: 'open'
      opened: OpenedImport
      /** With the options that were taken last. */
      view: ImportView
      /** As they are asked for; `view` has them as they were used. */
      options: ImportOptions
      /** The lab looks at them again. */
      busy: boolean
      /** Why the options that were asked for do not work; `view` is then of those before. */
      problem: unknown
    }
  /** `paths`: of the files, where they can be read once more. */
  | { kind: 'failed'; error: unknown; options: ImportOptions; paths: readonly string[] }

/** Small files are read some at a time: most of it is waiting. */
const AT_ONCE = 16

export const useDatasetImport = defineStore('dataset-import', () => {
  const toasts = useToasts()
  const state = shallowRef<ImportState>({ kind: 'none' })
  const storing = shallowRef(false)
  let source: ImportSource | null = null
  let newest = 0 // of imports and of looks at one: what is overtaken says nothing

  /** Files of the page; finding them (in a dropped folder) may take its time and may fail. */
  async function read(picked: Promise<readonly PickedFile[]>): Promise<void> {
    const number = begin()
    state.value = { kind: 'reading', files: 0, readBytes: 0, totalBytes: 0 }
    try {
      const files = await picked
      if (number !== newest) return
      if (files.length === 0) throw new LabError('import/no-files', 'Expected files to import, got an empty folder.')
      const brought = await readAll(files, number)
      if (brought) await open({ files: brought }, {}, number)
    } catch (error) {
      fail(number, error, {})
    }
  }

  async function readAll(files: readonly PickedFile[], number: number): Promise<BroughtFile[] | null> {
    const totalBytes = files.reduce((sum, { file }) => sum + file.size, 0)
    mustNotBeTooMuch(files.length, totalBytes)
    const brought: BroughtFile[] = []
    let readBytes = 0
    for (let i = 0; i < files.length; i += AT_ONCE) {
      const some = files.slice(i, i + AT_ONCE).map(async ({ path, file }) => ({
        path,
        bytes: await bytesOf(file, (count) => {
          readBytes += count
          if (number === newest) state.value = { kind: 'reading', files: files.length, readBytes, totalBytes }
        }),
      }))
      brought.push(...(await Promise.all(some)))
      if (number !== newest) return null
    }
    return brought
  }

  /** Files or a folder that the desktop's dialog has given the paths of. */
  async function choosePaths(kind: 'files' | 'folder'): Promise<void> {
    try {
      const title = kind === 'files' ? 'Choose files to import' : 'Choose a folder of pictures or files'
      const paths = await lab.call('shell:choose-source', kind, title)
      if (paths && paths.length > 0) await open({ paths }, {}, begin())
    } catch (error) {
      toasts.fail('The dialog could not be opened', error)
    }
  }

  /** The same files after a failure, taken for something else. */
  async function retry(options: ImportOptions): Promise<void> {
    if (source) await open(source, options, begin())
  }

  async function open(from: ImportSource, options: ImportOptions, number: number): Promise<void> {
    source = from
    state.value = { kind: 'opening' }
    try {
      const opened = await lab.call('datasets:open-import', from, options)
      if (number !== newest) return void lab.call('datasets:discard-import', opened.token).catch(() => undefined) // it is forgotten with the next one at the latest
      source = null // the lab has them now
      state.value = { kind: 'open', opened, view: opened.preview, options, busy: false, problem: undefined }
    } catch (error) {
      fail(number, error, options)
    }
  }

  function fail(number: number, error: unknown, options: ImportOptions): void {
    if (number !== newest) return
    const paths = source ? ('paths' in source ? source.paths : source.files.map(({ path }) => path)) : []
    state.value = { kind: 'failed', error, options, paths }
  }

  /** Looks at the opened files with other options. */
  async function change(options: ImportOptions): Promise<void> {
    const before = state.value
    if (before.kind !== 'open') return
    const number = ++newest
    const { token } = before.opened
    state.value = { ...before, options, busy: true }
    try {
      const view = await lab.call('datasets:preview-import', token, options)
      if (number === newest) state.value = { ...before, view, options, busy: false, problem: undefined }
    } catch (problem) {
      if (number === newest) state.value = { ...before, options, busy: false, problem }
    }
  }

  /** Null when it was not stored; the reason is told, and the import stays open. */
  async function store(title: string, name: string | null): Promise<DatasetEntry | null> {
    const now = state.value
    if (now.kind !== 'open' || storing.value) return null
    storing.value = true
    try {
      const entry = await lab.call('datasets:store-import', now.opened.token, title, name)
      newest++
      state.value = { kind: 'none' }
      toasts.show(`${entry.title} is stored, ${formatCount(entry.train + entry.test)} samples`)
      return entry
    } catch (problem) {
      if (state.value.kind === 'open') state.value = { ...state.value, problem }
      return null
    } finally {
      storing.value = false
    }
  }

  /** Forgets whatever is on its way. */
  async function cancel(): Promise<void> {
    const before = state.value
    begin()
    state.value = { kind: 'none' }
    if (before.kind !== 'open') return
    try {
      await lab.call('datasets:discard-import', before.opened.token)
    } catch (error) {
      toasts.fail('The lab still holds the files of the import', error)
    }
  }

  function begin(): number {
    source = null
    return ++newest
  }

  return { state, storing, read, choosePaths, retry, change, store, cancel }
})

function mustNotBeTooMuch(files: number, totalBytes: number): void {
  if (files > IMPORT_LIMITS.files) {
    const message = `Expected at most ${formatCount(IMPORT_LIMITS.files)} files, got ${formatCount(files)}.`
    throw new LabError('import/too-large', message)
  }
  if (totalBytes > IMPORT_LIMITS.fileBytes) {
    const limit = `${formatShort(IMPORT_LIMITS.fileBytes)}B`
    throw new LabError('import/too-large', `Expected files of at most ${limit}, got ${formatShort(totalBytes)}B.`)
  }
}

/** All bytes of a file, telling how many have come. */
async function bytesOf(file: Blob, onRead: (count: number) => void): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.size)
  const reader = file.stream().getReader()
  let at = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return bytes
    bytes.set(value, at)
    at += value.length
    onRead(value.length)
  }
}
