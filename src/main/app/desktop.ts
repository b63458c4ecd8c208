/**
 * Electron's dialogs and file manager, as the shell's calls see them.
 */
import { app, type BrowserWindow, dialog, type OpenDialogOptions, shell } from 'electron'
import { copyPicture } from './clipboard'
import type { Desktop, SourceKind } from './shell-calls'

const SOURCES: Readonly<Record<SourceKind, Pick<OpenDialogOptions, 'properties' | 'filters'>>> = {
  files: { properties: ['openFile', 'multiSelections'] },
  folder: { properties: ['openDirectory'] },
  model: {
    properties: ['openFile'],
    filters: [
      { name: 'Models', extensions: ['safetensors', 'npz'] },
      { name: 'All files', extensions: ['*'] },
    ],
  },
}

export function electronDesktop(window: () => BrowserWindow | undefined): Desktop {
  return {
    async askWhereToSave(options) {
      const owner = window()
      const { canceled, filePath } = await (owner
        ? dialog.showSaveDialog(owner, options)
        : dialog.showSaveDialog(options))
      return canceled || filePath === '' ? null : filePath
    },
    copyPicture,
    async askForFolder(title) {
      const owner = window()
      const options = { title, properties: ['openDirectory' as const, 'createDirectory' as const] }
      const { canceled, filePaths } = await (owner
        ? dialog.showOpenDialog(owner, options)
        : dialog.showOpenDialog(options))
      return canceled ? null : (filePaths[0] ?? null)
    },
    async askForSource(kind, title) {
      const owner = window()
      const options = { title, ...SOURCES[kind] }
      const { canceled, filePaths } = await (owner
        ? dialog.showOpenDialog(owner, options)
        : dialog.showOpenDialog(options))
      return canceled || filePaths.length === 0 ? null : filePaths
    },
    showInFolder: (path) => shell.showItemInFolder(path),
    documents: () => app.getPath('documents'),
  }
}
