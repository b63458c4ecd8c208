/**
 * The two doors to the same lab, as the story needs them: open, save a file, quit, die.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { _electron, type Browser, chromium, type ElectronApplication, type Page } from 'playwright-core'
import { findChromium } from '../../scripts/runtimes.mjs'
import { Watch } from './watch'

export const root = resolve(import.meta.dirname, '../..')
export const screenshots = join(root, 'test-results', 'screenshots')

export interface Opened {
  page: Page
  watch: Watch
}

export interface Door {
  readonly name: string
  readonly workspace: string
  open(): Promise<Opened>
  /** What the lab writes when a person saves the file that `click` asks for. */
  save(page: Page, click: () => Promise<void>): Promise<{ name: string; bytes: Buffer }>
  /** What a person does who picks a file in the dialog that `click` opens. */
  chooseFile(page: Page, path: string, click: () => Promise<void>): Promise<void>
  /** As a person would: the lab says goodbye by itself. */
  quit(): Promise<void>
  /** As a power cut would. */
  kill(): Promise<void>
  /** Ends whatever is still there. */
  dispose(): Promise<void>
}

/** A process that has ended cannot answer; anything else that goes wrong is a failure. */
function unlessGone(error: Error): void {
  if (!/closed|garbage collected/.test(error.message)) throw error
}

/** A folder of its own for each door: no profile, lock or run of somebody else is in the way. */
function freshFolder(name: string): string {
  const folder = join(root, 'test-results', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

function environment(folder: string): Record<string, string> {
  const { ELECTRON_RUN_AS_NODE: _node, ELECTRON_RENDERER_URL: _dev, ...env } = process.env
  const own = { PERCEPTRON_LAB_WORKSPACE: join(folder, 'workspace'), XDG_DATA_HOME: join(folder, 'data') }
  return { ...(env as Record<string, string>), NODE_ENV: 'production', ...own }
}

export class WindowDoor implements Door {
  readonly workspace: string
  private readonly folder: string
  private running: ElectronApplication | undefined
  private saves = 0

  /** @param name also the name of its folder under test-results */
  constructor(readonly name: string) {
    this.folder = freshFolder(name)
    this.workspace = join(this.folder, 'workspace')
  }

  get app(): ElectronApplication {
    if (!this.running) throw new Error('the window is not open')
    return this.running
  }

  /** No executablePath: Playwright then takes the electron package and its own loader, which never races the app. */
  async open(): Promise<Opened> {
    const args = [root, `--user-data-dir=${join(this.folder, 'profile')}`]
    this.running = await _electron.launch({ args, cwd: root, env: environment(this.folder), timeout: 30_000 })
    const page = await this.running.firstWindow()
    const watch = new Watch(page, 'app://lab/')
    // a reload in the middle of the first load is lost; and the load event may be gone before anybody listens
    await page.waitForFunction(() => location.protocol === 'app:' && document.readyState === 'complete')
    await page.reload() // what was said before we listened is said again
    return { page, watch }
  }

  /** The process in which the engine works; undefined while there is none. */
  engineProcess(): number | undefined {
    const parent = this.app.process().pid
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
    const processes = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    const engine = processes.find(([, , ppid, args]) => Number(ppid) === parent && args?.includes('engine.js'))
    return engine && Number(engine[1])
  }

  async save(page: Page, click: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
    const file = join(this.folder, `saved-${++this.saves}`)
    await this.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = (...args: unknown[]) => {
        const { defaultPath } = args.at(-1) as { defaultPath: string }
        return Promise.resolve({ canceled: false, filePath: filePath + defaultPath.replace(/^.*[\\/]/, '-') })
      }
    }, file)
    await click()
    const said = await page.getByText(`Saved as ${file}`).innerText() // said once it is written
    const path = said.slice(said.indexOf(file)).trim()
    return { name: path.slice(file.length + 1), bytes: await readFile(path) }
  }

  async chooseFile(_page: Page, path: string, click: () => Promise<void>): Promise<void> {
    await this.app.evaluate(({ dialog }, filePath) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] })
    }, path)
    await click()
  }

  async quit(): Promise<void> {
    const gone = this.app.waitForEvent('close')
    // the app may be gone before its answer is: that it goes is what is waited for
    await this.app.evaluate(({ app }) => void setImmediate(() => app.quit())).catch(unlessGone)
    await gone
    this.running = undefined
  }

  async kill(): Promise<void> {
    const gone = this.app.waitForEvent('close')
    this.app.process().kill('SIGKILL')
    await gone
    this.running = undefined
  }

  /** It has ended in a way of its own. */
  forget(): void {
    this.running = undefined
  }

  async dispose(): Promise<void> {
    if (this.running) await this.kill()
  }
}

export class ServedDoor implements Door {
  readonly name = 'served'
  private readonly folder = freshFolder('served')
  readonly workspace = join(this.folder, 'workspace')
  private server: ChildProcess | undefined
  private browser: Browser | undefined
  private watch: Watch | undefined

  async open(): Promise<Opened> {
    const url = await this.serve()
    this.browser ??= await this.launch()
    const page = await this.browser.newPage({ viewport: { width: 1360, height: 880 }, acceptDownloads: true })
    const watch = new Watch(page, `${new URL(url).origin}/`)
    this.watch = watch
    await page.goto(url)
    return { page, watch }
  }

  /** Resolves with the address that the lab prints. */
  private async serve(): Promise<string> {
    const args = [join(root, 'out/main/cli.js'), 'serve', '--workspace', this.workspace]
    const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
    const server = spawn(process.execPath, args, { cwd: root, env: environment(this.folder), stdio })
    this.server = server
    for await (const line of createInterface({ input: server.stdout })) {
      if (line.startsWith('http://127.0.0.1:')) return line
    }
    throw new Error('the lab ended without an address')
  }

  private launch(): Promise<Browser> {
    const executablePath = findChromium()
    if (!executablePath) throw new Error('expected a Chromium; CHROMIUM_PATH names one')
    // root has no sandbox of the system; the other flags keep the browser's own errands off the network
    const args = ['--disable-background-networking', '--disable-component-update', '--no-pings']
    return chromium.launch({ executablePath, args, chromiumSandbox: process.getuid?.() !== 0 })
  }

  async save(page: Page, click: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
    const downloading = page.waitForEvent('download')
    await click()
    const download = await downloading
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
  }

  async chooseFile(page: Page, path: string, click: () => Promise<void>): Promise<void> {
    const choosing = page.waitForEvent('filechooser')
    await click()
    await (await choosing).setFiles(path)
  }

  quit(): Promise<void> {
    return this.end('SIGINT')
  }

  kill(): Promise<void> {
    return this.end('SIGKILL')
  }

  private async end(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const { server } = this
    if (!server) throw new Error('the lab is not served')
    this.server = undefined
    this.watch?.end()
    const gone = once(server, 'exit')
    server.kill(signal)
    const [code] = (await gone) as [number | null]
    if (signal === 'SIGINT' && code !== 0) throw new Error(`expected the lab to end with 0, got ${code}`)
    for (const page of this.browser?.contexts().flatMap((context) => context.pages()) ?? []) await page.close()
  }

  async dispose(): Promise<void> {
    if (this.server) await this.kill()
    await this.browser?.close()
  }
}
