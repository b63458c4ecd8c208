/**
 * A model from a file: chosen in the desktop's dialog, in the browser's, or dropped on the screen. What the file does not
 * say of itself a person says in a dialog.
 */
import { shallowRef } from 'vue'
import type { ModelFile, ModelReading, OpenedModelFile } from '#shared/inspect/inspected'
import { pickInBrowser } from '../../data/pick-files'
import { lab } from '../../lab'
import type { PickedFile } from '../../stores/dataset-import'
import { change } from './address'

export function useModelFile() {
  /** Read, but not a model yet: something is missing. */
  const opened = shallowRef<OpenedModelFile | null>(null)
  const failure = shallowRef<unknown>()
  const busy = shallowRef(false)

  /** On the desktop the lab reads what was chosen; in a browser the page brings it. */
  async function choose(): Promise<void> {
    if (lab.door === 'electron') {
      const paths = await lab.call('shell:choose-source', 'model', 'Open a model')
      const [path] = paths ?? []
      if (path !== undefined) await take(() => lab.call('inspect:open-file', { kind: 'path', path }, {}))
      return
    }
    const picked = await pickInBrowser('files')
    if (picked) await openDropped(Promise.resolve(picked))
  }

  /** Of several that are dropped at once, the first. */
  async function openDropped(picked: Promise<readonly PickedFile[]>): Promise<void> {
    const [first] = await picked
    if (first) await take(async () => lab.call('inspect:open-file', await bytesOf(first), {}))
  }

  /** The same file, with what a person says of it. */
  async function read(reading: ModelReading): Promise<void> {
    const token = opened.value?.token
    if (token !== undefined) await take(() => lab.call('inspect:read-file', token, reading))
  }

  async function take(ask: () => Promise<OpenedModelFile>): Promise<void> {
    busy.value = true
    failure.value = undefined
    try {
      const file = await ask()
      opened.value = file.facts === null ? file : null
      if (file.facts) {
        const source = { of: 'file', token: file.token } as const
        change({ source, pair: null, part: null, truth: null, predicted: null, sample: null }, { isNewPlace: true })
      }
    } catch (error) {
      failure.value = error
    } finally {
      busy.value = false
    }
  }

  return {
    ...{ opened, failure, busy, choose, openDropped, read },
    /** Takes the message, or the file that waits for an answer, out of the way. */
    forget: (): void => {
      opened.value = null
      failure.value = undefined
    },
  }
}

async function bytesOf({ path, file }: PickedFile): Promise<ModelFile> {
  return { kind: 'bytes', name: path.split('/').at(-1) ?? path, bytes: new Uint8Array(await file.arrayBuffer()) }
}
