/**
 * Files of the page: picked in the browser's dialog, or dropped.
 */
import type { PickedFile } from '../stores/dataset-import'

/** Null when the person cancels. */
export function pickInBrowser(kind: 'files' | 'folder'): Promise<PickedFile[] | null> {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  input.webkitdirectory = kind === 'folder'
  return new Promise((resolve) => {
    input.addEventListener('cancel', () => resolve(null))
    input.addEventListener('change', () => {
      const files = [...(input.files ?? [])]
      resolve(files.map((file) => ({ path: file.webkitRelativePath || file.name, file })))
    })
    input.click()
  })
}

/**
 * What was dropped, with all that is in folders. The entries must be taken while the event is handled: they are gone
 * afterwards; what is in them can be read later.
 */
export function droppedFiles(transfer: DataTransfer): Promise<PickedFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  return filesIn(entries)
}

async function filesIn(entries: readonly FileSystemEntry[], folder = ''): Promise<PickedFile[]> {
  const found: PickedFile[] = []
  for (const entry of entries) {
    const path = folder + entry.name
    if (isFile(entry)) found.push({ path, file: await fileOf(entry) })
    else if (isFolder(entry)) found.push(...(await filesIn(await childrenOf(entry), `${path}/`)))
  }
  return found
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}
function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

/** A reader gives some at a time; none are left when it gives none. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}
