import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ImportView, OpenedImport } from '#shared/datasets'
import { LabError } from '#shared/errors'
import ImportDialog from '../../../src/renderer/features/data/import/ImportDialog.vue'
import { useDroppedFiles } from '../../../src/renderer/data/dropped-files'
import { useDatasetImport, type PickedFile } from '../../../src/renderer/stores/dataset-import'
import { useToasts } from '../../../src/renderer/ui/toasts'
import { fakeLab, type Handlers } from '../fake-lab'
import { anOwnSet } from './datasets'

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => {
  const { toasts, close } = useToasts()
  toasts.value.forEach(({ id }) => close(id))
})

const VIEW: ImportView = {
  kind: 'floats',
  height: 1,
  width: 2,
  channels: 1,
  classNames: ['no', 'yes'],
  train: 4,
  test: 1,
  classCounts: { train: [2, 2], test: [1, 0] },
  range: { min: -1, max: 2.5 },
  first: { values: new Uint8Array(new Float32Array([-1, 2.5, 0, 1]).buffer), labels: Uint8Array.of(0, 1) },
  notes: [{ code: 'header', text: 'The first line names the columns' }],
  options: { testShare: 0.2, testSeed: 1 },
}
const OPENED: OpenedImport = {
  token: 'token-1',
  format: 'table',
  files: [{ path: 'small-table.csv', sizeBytes: 2048 }],
  arrays: [],
  columns: ['a', 'b', 'answer'],
  preview: VIEW,
}

function file(path: string, text: string): PickedFile {
  return { path, file: new Blob([text]) }
}

async function open(handlers: Handlers = {}, files: PickedFile[] = [file('small-table.csv', 'a,b,answer\n')]) {
  const lab = fakeLab({
    'datasets:open-import': () => OPENED,
    'datasets:preview-import': () => VIEW,
    'datasets:store-import': (_token, title) => anOwnSet({ title }),
    'datasets:discard-import': () => undefined,
    ...handlers,
  })
  const dialog = mount(ImportDialog, { attachTo: document.body })
  const imports = useDatasetImport()
  await imports.read(Promise.resolve(files))
  await flushPromises()
  return { lab, dialog, imports }
}

function text(): string {
  return document.querySelector('[role=dialog]')?.textContent.replace(/\s+/g, ' ') ?? ''
}
async function press(name: string): Promise<void> {
  const found = [...document.querySelectorAll<HTMLElement>('[role=dialog] button')].find(
    (each) => each.textContent.trim() === name,
  )
  if (!found) throw new Error(`No button is called "${name}"`)
  found.click()
  await flushPromises()
}
function field(label: string): HTMLInputElement | HTMLSelectElement {
  const found = [...document.querySelectorAll('[role=dialog] label')].find((each) => each.textContent.trim() === label)
  const control = found && document.getElementById(found.getAttribute('for') ?? '')
  if (!control) throw new Error(`No field is called "${label}"`)
  return control as HTMLInputElement
}

describe('an import', () => {
  it('brings the bytes of the files, and shows what would be stored before anything is', async () => {
    const { lab } = await open()
    expect(lab.asked('datasets:open-import')).toEqual([
      [{ files: [{ path: 'small-table.csv', bytes: new TextEncoder().encode('a,b,answer\n') }] }, {}],
    ])
    expect(lab.asked('datasets:store-import')).toEqual([])
    for (const said of [
      'Nothing is stored yet',
      'The first line names the columns',
      'floats, −1 to 2.5',
      'no 2 + 1',
      'yes 2 + 0',
    ])
      expect(text()).toContain(said)
    expect(field('Title').value).toBe('small table')
  })

  it('is looked at again with every option, and only the last answer counts', async () => {
    vi.useFakeTimers()
    const { lab, imports } = await open()
    const columns = field('Label column') as HTMLSelectElement
    columns.value = 'name:answer'
    columns.dispatchEvent(new Event('change'))
    await vi.advanceTimersByTimeAsync(300)
    vi.useRealTimers()
    await flushPromises()
    expect(lab.asked('datasets:preview-import')).toEqual([['token-1', { labelColumn: { name: 'answer' } }]])
    const [first, second] = [imports.change({ invert: true }), imports.change({})]
    lab.handlers['datasets:preview-import'] = () => VIEW
    await Promise.all([first, second])
    expect(imports.state).toMatchObject({ kind: 'open', options: {}, busy: false })
  })

  it('keeps what it showed when an option does not fit, says why, and cannot be stored so', async () => {
    const { imports } = await open({
      'datasets:preview-import': () => {
        throw new LabError('import/bad-option', 'shape: expected 2 values, got 4')
      },
    })
    await imports.change({ shape: { height: 2, width: 2, channels: 1 } })
    await flushPromises()
    expect(text()).toContain('shape: expected 2 values, got 4')
    expect(text()).toContain('The first line names the columns')
    const store = [...document.querySelectorAll<HTMLButtonElement>('[role=dialog] button')].find(
      (each) => each.textContent.trim() === 'Store',
    )
    expect(store?.disabled).toBe(true)
  })

  it('is stored under a title, and a name if one is given', async () => {
    const { lab, dialog, imports } = await open()
    const title = field('Title')
    title.value = 'Answers'
    title.dispatchEvent(new Event('input'))
    document.getElementById('store-import')?.dispatchEvent(new Event('submit'))
    await flushPromises()
    expect(lab.asked('datasets:store-import')).toEqual([['token-1', 'Answers', null]])
    expect(dialog.emitted('stored')).toHaveLength(1)
    expect(imports.state.kind).toBe('none')
  })

  it('stays open when it cannot be stored', async () => {
    const { imports } = await open({
      'datasets:store-import': () => {
        throw new LabError('disk/full', 'the disk is full')
      },
    })
    expect(await imports.store('Answers', null)).toBeNull()
    await flushPromises()
    expect(text()).toContain('the disk is full')
    expect(imports.state.kind).toBe('open')
  })

  it('is forgotten by the lab when it is closed', async () => {
    const { lab, imports } = await open()
    await press('Cancel')
    expect(lab.asked('datasets:discard-import')).toEqual([['token-1']])
    expect(imports.state.kind).toBe('none')
  })
})

describe('files that cannot be imported', () => {
  it('say what is wrong and what to do, and are read once more in another way', async () => {
    const { lab, imports } = await open({
      'datasets:open-import': () => {
        throw new LabError('import/bad-file', 'small-table.csv, line 3: expected a number', {
          details: ['line 9 as well'],
        })
      },
    })
    for (const said of ['line 3: expected a number', 'line 9 as well', 'Nothing was stored'])
      expect(text()).toContain(said)
    expect(imports.state).toMatchObject({ kind: 'failed', paths: ['small-table.csv'] })
    lab.handlers['datasets:open-import'] = () => OPENED
    await imports.retry({ header: true })
    await flushPromises()
    expect(lab.asked('datasets:open-import').at(-1)?.[1]).toEqual({ header: true })
    expect(text()).toContain('Nothing is stored yet')
  })

  it('that are none at all never reach the lab', async () => {
    const { lab } = await open({}, [])
    expect(lab.asked('datasets:open-import')).toEqual([])
    expect(text()).toContain('got an empty folder')
  })

  it('that are too large are refused before they are read', async () => {
    const huge = { size: 3e9, stream: () => expect.fail('it was read') } as unknown as Blob
    const { lab } = await open({}, [{ path: 'huge.npy', file: huge }])
    expect(lab.asked('datasets:open-import')).toEqual([])
    expect(text()).toContain('Expected files of at most 2.15 GB, got 3 GB')
  })
})

describe('an import that is called off while it is on its way', () => {
  it('shows nothing when its files are found at last', async () => {
    const { lab, imports } = await open()
    await imports.cancel()
    let found: (files: PickedFile[]) => void = () => undefined
    const reading = imports.read(new Promise((resolve) => (found = resolve)))
    expect(imports.state.kind).toBe('reading')
    await imports.cancel()
    found([file('late.csv', 'x')])
    await reading
    expect(imports.state.kind).toBe('none')
    expect(lab.asked('datasets:open-import')).toHaveLength(1)
  })
})

describe('the desktop’s dialog', () => {
  it('gives the lab the paths, and nothing happens when it is called off', async () => {
    const { lab, imports } = await open({ 'shell:choose-source': () => null })
    await imports.cancel()
    await imports.choosePaths('folder')
    expect(imports.state.kind).toBe('none')
    lab.handlers['shell:choose-source'] = () => ['/data/letters']
    await imports.choosePaths('folder')
    expect(lab.asked('datasets:open-import').at(-1)).toEqual([{ paths: ['/data/letters'] }, {}])
  })
})

describe('files held over the screen', () => {
  const event = (types: string[], entries: unknown[] = [], preventDefault = vi.fn()) =>
    ({
      dataTransfer: { types, items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), dropEffect: 'none' },
      preventDefault,
    }) as unknown as DragEvent
  const entryOf = (name: string) => ({
    name,
    isFile: true,
    isDirectory: false,
    file: (done: (file: Blob) => void) => done(new Blob([name])),
  })
  function folderOf(name: string, children: unknown[]) {
    const batches = [children.slice(0, 1), children.slice(1), []] // a reader gives some at a time
    return {
      name,
      isFile: false,
      isDirectory: true,
      createReader: () => ({ readEntries: (done: (some: unknown[]) => void) => done(batches.shift() ?? []) }),
    }
  }

  it('are shown to be welcome until they have left every part of it', () => {
    const { isOver, handlers } = useDroppedFiles(() => undefined)
    handlers.dragenter(event(['Files']))
    handlers.dragenter(event(['Files']))
    handlers.dragleave(event(['Files']))
    expect(isOver.value).toBe(true)
    handlers.dragleave(event(['Files']))
    expect(isOver.value).toBe(false)
  })

  it('are taken with all that is in folders, each under its path', async () => {
    let dropped: Promise<PickedFile[]> = Promise.resolve([])
    const { handlers } = useDroppedFiles((files) => {
      dropped = files
    })
    const cats = folderOf('cat', [entryOf('1.png'), entryOf('2.png')])
    handlers.drop(event(['Files'], [folderOf('pets', [cats, entryOf('readme.txt')])]))
    expect((await dropped).map(({ path }) => path)).toEqual(['pets/cat/1.png', 'pets/cat/2.png', 'pets/readme.txt'])
  })

  it('leave text and links to whom they belong', () => {
    const { isOver, handlers } = useDroppedFiles(() => expect.fail('it was taken'))
    const preventDefault = vi.fn()
    const text = event(['text/plain'], [], preventDefault)
    handlers.dragenter(text)
    handlers.drop(text)
    expect(isOver.value).toBe(false)
    expect(preventDefault).not.toHaveBeenCalled()
  })
})
