/**
 * The calls that only a desktop can answer: save with a dialog, choose a folder or files, show a file in its folder.
 *
 * Electron comes in as a `Desktop`, so that the checks here run in a test without a window.
 */
import { realpath } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join, relative } from 'node:path'
import { z } from 'zod'
import { LabError, type Reply, toFailure } from '#shared/errors'
import type { ShellCalls } from '#shared/ipc'

export type SourceKind = Parameters<ShellCalls['shell:choose-source']>[0]

export interface Desktop {
  askWhereToSave(options: {
    defaultPath: string
    filters: { name: string; extensions: string[] }[]
  }): Promise<string | null>
  /** False where it is no picture. */
  copyPicture(png: Uint8Array): Promise<boolean>
  askForFolder(title: string): Promise<string | null>
  /** Files, one folder, or one model's file. */
  askForSource(kind: SourceKind, title: string): Promise<string[] | null>
  showInFolder(path: string): void
  /** Where the first export of a session is offered. */
  documents(): string
}

type ShellName = keyof ShellCalls

const renderedFile = z.strictObject({
  name: z.string().min(1).max(200),
  mediaType: z.string().max(100),
  bytes: z.instanceof(Uint8Array),
})

const ARGUMENTS = {
  'shell:save': z.tuple([renderedFile]),
  'shell:copy-picture': z.tuple([z.instanceof(Uint8Array)]),
  'shell:choose-folder': z.tuple([z.string().max(200)]),
  'shell:choose-source': z.tuple([z.enum(['files', 'folder', 'model']), z.string().max(200)]),
  'shell:show': z.tuple([z.string().min(1).max(4096)]),
} satisfies Record<ShellName, z.ZodType>

export interface ShellCallsOptions {
  desktop: Desktop
  /** Replaces a file whole or leaves it as it was. */
  writeAtomic: (path: string, bytes: Uint8Array) => Promise<void>
  /** The open workspace, asked anew each time: it can change. */
  workspace: () => Promise<string>
}

export function isShellCall(name: string): name is ShellName {
  return Object.hasOwn(ARGUMENTS, name)
}

/** Answers as the lab does: checks the arguments, never throws. */
export function makeShellCalls({ desktop, writeAtomic, workspace }: ShellCallsOptions) {
  let lastFolder: string | null = null

  async function save(args: readonly unknown[]): Promise<string | null> {
    const [file] = check('shell:save', args)
    const extension = extname(file.name).slice(1)
    const target = await desktop.askWhereToSave({
      // the name comes from the page: its last part alone is an offer, and the person has the last word
      defaultPath: join(lastFolder ?? desktop.documents(), basename(file.name)),
      filters: extension === '' ? [] : [{ name: extension.toUpperCase(), extensions: [extension] }],
    })
    if (target === null) return null
    await writeAtomic(target, file.bytes)
    lastFolder = dirname(target)
    return target
  }

  async function copyPicture(args: readonly unknown[]): Promise<void> {
    if (await desktop.copyPicture(check('shell:copy-picture', args)[0])) return
    throw new LabError(
      'shell/no-picture',
      'The picture could not be put on the clipboard: expected a PNG. Save it instead',
    )
  }

  async function show(args: readonly unknown[]): Promise<void> {
    const [path] = check('shell:show', args)
    desktop.showInFolder(await insideWorkspace(path, await workspace()))
  }

  return async function answerShell(name: ShellName, args: readonly unknown[]): Promise<Reply<unknown>> {
    try {
      switch (name) {
        case 'shell:save':
          return { ok: true, value: await save(args) }
        case 'shell:copy-picture':
          return { ok: true, value: await copyPicture(args) }
        case 'shell:choose-folder':
          return { ok: true, value: await desktop.askForFolder(check(name, args)[0]) }
        case 'shell:choose-source':
          return { ok: true, value: await desktop.askForSource(...check(name, args)) }
        case 'shell:show':
          return { ok: true, value: await show(args) }
        default:
          return name satisfies never
      }
    } catch (error) {
      return { ok: false, failure: toFailure(error) }
    }
  }
}

function check<K extends ShellName>(name: K, args: readonly unknown[]): z.infer<(typeof ARGUMENTS)[K]> {
  const checked = ARGUMENTS[name].safeParse(args)
  if (checked.success) return checked.data as z.infer<(typeof ARGUMENTS)[K]>
  const details = checked.error.issues.map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`)
  throw new LabError('ipc/bad-arguments', `${name} got arguments of another shape: ${details.join('; ')}`, { details })
}

/** The real path, if links followed it lies in the workspace or is it. */
async function insideWorkspace(path: string, workspace: string): Promise<string> {
  const root = await realpath(workspace)
  const real = await realpath(path).catch((cause: unknown) => {
    throw new LabError('shell/not-found', `There is no file or folder ${path}; it may have been moved.`, { cause })
  })
  const within = relative(root, real)
  if (within.startsWith('..') || isAbsolute(within)) {
    throw new LabError('shell/outside-workspace', `Can show files of the workspace ${root} only; got ${path}.`)
  }
  return real
}
