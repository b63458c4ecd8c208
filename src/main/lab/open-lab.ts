/**
 * Puts the lab together: engine, workspace, queue, presets and figures behind one set of calls and events.
 */
import { availableParallelism } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { LabError, fromFailure, toFailure, type Reply } from '#shared/errors'
import { parseExperiment } from '#shared/experiment-check'
import { formatPath } from '#shared/experiment-path'
import type { RenderedFile, SvgDrawing } from '#shared/figure'
import type { AppInfo, EngineInfo, EventName, LabCalls, LabEvents, Settings } from '#shared/ipc'
import type { Preset } from '#shared/preset'
import type { SavedView } from '#shared/runs/saved-view'
import { CALL_ARGUMENTS, type CheckedArguments, type Handlers } from './calls'
import { datasetHandlers } from './datasets/handlers'
import { designHandlers } from './estimate/handlers'
import { exportHandlers } from './models/export/handlers'
import { inspectHandlers } from './models/handlers'
import type { FigureRenderer } from '#lab/figures/render'
import type { EngineHost } from './engine/host'
import { ReplaceableHost } from './engine/replaceable-host'
import { Events } from './events'
import type { Lab, LabOptions } from './lab'
import { reportHandlers } from './reports/handlers'
import { ReportRoom } from './reports/report-room'
import { readPresets } from './presets/presets'
import { Session, type SessionSurroundings } from './session'
import type { FileSystem } from './storage/file-system'
import { Workspace } from './storage/workspace'

/** What tests put in place of the real thing. */
export interface LabOverrides {
  host?: EngineHost
  /** When it is to start in another way. @default nothing happens where `host` is given */
  startEngine?: (wideVectors: boolean) => Promise<EngineHost>
  fs?: FileSystem
  renderFigure?: FigureRenderer
}

/** Opens the workspace and gets the engine ready; rejects with a LabError if the workspace cannot be used. */
export async function openLab(options: LabOptions, overrides: LabOverrides = {}): Promise<Lab> {
  const workspace = await Workspace.open(options.workspace, overrides.fs)
  const host = await hostFor(workspace, options, overrides)
  const around: SessionSurroundings = {
    options,
    host,
    events: new Events(),
    revision: { value: 0 },
    ...(overrides.fs && { fs: overrides.fs }),
  }
  try {
    return new LabCore(around, await Session.begin(workspace, around), host, overrides)
  } catch (error) {
    await host.close()
    throw error
  }
}

async function hostFor(workspace: Workspace, options: LabOptions, { host }: LabOverrides): Promise<ReplaceableHost> {
  if (host) return new ReplaceableHost(host)
  try {
    const { wideVectors } = await workspace.readSettings()
    return new ReplaceableHost(await startEngineFor(options)(wideVectors))
  } catch (error) {
    await workspace.close()
    throw error
  }
}

function startEngineFor(options: LabOptions): (wideVectors: boolean) => Promise<EngineHost> {
  const { door, workerFile, resources, launchUtilityProcess } = options
  return async (wideVectors) => {
    const { openEngine } = await import('#lab/engine/open-engine')
    return openEngine({
      door,
      workerFile,
      datasets: join(resources, 'datasets'),
      threads: availableParallelism(),
      wideVectors,
      ...(launchUtilityProcess && { launchUtilityProcess }),
    })
  }
}

class LabCore implements Lab {
  private presets: Promise<Preset[]> | undefined
  private closing: Promise<void> | undefined
  private switching = false
  private readonly reportRooms = new WeakMap<Session, ReportRoom>()

  /** No prototype: `toString` and `constructor` are not calls. */
  private readonly handlers: Handlers = Object.assign(Object.create(null) as object, {
    'app:info': () => this.info(),
    'settings:get': () => this.session.workspace.readSettings(),
    'settings:set': (change) => this.setSettings(change),
    'workspace:open': (directory) => this.openWorkspace(directory),
    'presets:list': () => this.listPresets(),
    'draft:get': () => this.session.workspace.readDraft(),
    'draft:set': (draft) => this.session.workspace.writeDraft(draft),
    'runs:list': async () => {
      const listed = await this.session.list.all()
      return { revision: this.around.revision.value, ...listed, own: this.session.own() }
    },
    'runs:details': (id) => this.session.details(id),
    'runs:enqueue': async (experiment, presetId) => this.enqueue(experiment, presetId),
    'runs:stop': (id) => this.session.stop(id),
    'runs:stop-after-epoch': (id, wanted) => this.session.stopAfterEpoch(id, wanted),
    'runs:repeat': (ids) => this.queueing(() => this.session.repeat(ids)),
    'runs:evaluate-test': (ids) => this.queueing(() => this.session.tests.evaluate(ids)),
    'runs:retrain': (id) => this.queueing(() => this.session.retrain(id)),
    'runs:exclude': (id, samples) => this.queueing(() => this.session.exclude(id, samples)),
    'queue:state': () => Promise.resolve(this.session.queue.state),
    'queue:pause': () => this.session.queue.pauseAll(),
    'queue:proceed': () => this.session.queue.proceedAll(),
    'queue:move': (ids, before) => this.session.move(ids, before),
    'queue:order': (order) => this.queueing(() => this.session.orders.carryOut(order)),
    'queue:resume-all': () => this.queueing(() => this.session.resumeAll()),
    'runs:pause': (id) => this.session.pause(id),
    'runs:proceed': (id) => this.session.proceed(id),
    'runs:advance': (id, by) => this.session.advance(id, by),
    'runs:set-learning-rate': (id, rate) => this.session.setLearningRate(id, rate),
    'runs:resume': (ids) => this.queueing(() => this.session.resume(ids)),
    'runs:history': (id) => this.session.list.history(id),
    'runs:remove': (ids) => this.session.list.remove(ids),
    'runs:restore': (ids) => this.session.list.restore(ids),
    'runs:annotate': (ids, change) => this.session.list.annotate(ids, change),
    'runs:import': (history) => this.session.importHistory(history),
    'views:list': () => this.session.workspace.readViews(),
    'views:save': async (view) => this.tellViews(await this.session.workspace.saveView(view)),
    'views:remove': async (name) => this.tellViews(await this.session.workspace.removeView(name)),
    'figures:render': (request) => this.renderFigure(request),
    ...datasetHandlers(() => this.session.data),
    ...designHandlers(() => ({
      design: this.session.design,
      models: this.session.models,
      catalog: () => this.session.data.catalog(),
    })),
    ...inspectHandlers(() => this.session.models),
    ...exportHandlers(() => this.session.exports),
    'figures:picture': (drawing) => this.renderPicture(drawing),
    ...reportHandlers(() => this.reports),
  } satisfies Handlers)

  constructor(
    private readonly around: SessionSurroundings,
    private session: Session,
    private readonly engine: ReplaceableHost,
    private readonly overrides: LabOverrides,
  ) {}

  async answer(name: string, args: readonly unknown[]): Promise<Reply<unknown>> {
    try {
      if (!(name in this.handlers)) throw new LabError('call/unknown', `The lab has no call "${name}"`)
      return { ok: true, value: await this.run(name as keyof LabCalls, args) }
    } catch (error) {
      return { ok: false, failure: toFailure(error) }
    }
  }

  async call<K extends keyof LabCalls>(name: K, ...args: Parameters<LabCalls[K]>): Promise<ReturnType<LabCalls[K]>> {
    try {
      return await this.run(name, args)
    } catch (error) {
      throw error instanceof LabError ? error : fromFailure(toFailure(error))
    }
  }

  on<K extends EventName>(name: K, listener: (payload: LabEvents[K]) => void): () => void {
    return this.around.events.on(name, listener)
  }

  close(): Promise<void> {
    this.closing ??= this.session.close().finally(() => this.around.host.close())
    return this.closing
  }

  private async run<K extends keyof LabCalls>(name: K, args: readonly unknown[]): Promise<ReturnType<LabCalls[K]>> {
    if (this.closing) throw new LabError('lab/closed', 'The lab is closing: start it again')
    const checked = CALL_ARGUMENTS[name].safeParse(args)
    if (!checked.success) {
      const details = checked.error.issues.map((issue) => `${formatPath(issue.path)}: ${issue.message}`)
      throw new LabError('call/bad-arguments', `${name} was called with something else than it takes: ${details[0]}`, {
        details,
      })
    }
    // TypeScript cannot see that the schema and the handler of one name belong together; `Handlers` says so.
    const handler = this.handlers[name] as (...args: CheckedArguments<K>) => Promise<ReturnType<LabCalls[K]>>
    return handler(...(checked.data as CheckedArguments<K>))
  }

  private async info(): Promise<AppInfo> {
    const { options, host } = this.around
    return {
      version: options.version,
      door: options.door === 'electron' ? 'electron' : 'served',
      runtime: { node: process.versions.node, ...options.runtime },
      cores: availableParallelism(),
      kernels: host.facts.kernels,
      engine: engineInfo(host),
      workspace: this.session.workspace.directory,
      datasets: await this.session.data.catalog(),
    }
  }

  private async setSettings(change: CheckedArguments<'settings:set'>[0]): Promise<Settings> {
    const { workspace } = this.session
    const before = await workspace.readSettings()
    const settings = await workspace.changeSettings(change)
    this.around.events.emit('settings:changed', settings)
    this.session.queue.look()
    await this.restartEngine(before, settings)
    return settings
  }

  /** As the settings want it, if nothing trains; else they hold from the next start of the lab on. */
  private async restartEngine(before: Settings, { wideVectors }: Settings): Promise<void> {
    const { host, startEngine: start = host ? undefined : startEngineFor(this.around.options) } = this.overrides
    if (wideVectors === before.wideVectors || !start || this.session.queue.isBusy) return
    await this.engine.replace(() => start(wideVectors))
  }

  private tellViews(views: readonly SavedView[]): void {
    this.around.events.emit('views:changed', views)
  }

  private listPresets(): Promise<Preset[]> {
    this.presets ??= readPresets(join(this.around.options.resources, 'presets'))
    return this.presets
  }

  private async enqueue(input: unknown, presetId: string | null) {
    const experiment = parseExperiment(input, await this.session.data.catalog())
    this.mustNotSwitch()
    return this.session.enqueue(experiment, presetId)
  }

  /** Refused while another workspace is being opened. */
  private queueing<T>(work: () => Promise<T>): Promise<T> {
    this.mustNotSwitch()
    return work()
  }

  private async openWorkspace(directory: string): Promise<string> {
    if (!isAbsolute(directory)) {
      throw new LabError('workspace/bad-path', `Expected the full path of a folder, got "${directory}"`)
    }
    this.mustNotSwitch()
    if (this.session.queue.isBusy) {
      const message =
        'Runs are training or waiting in this workspace: wait for them or stop them, then open another one'
      throw new LabError('workspace/busy', message)
    }
    this.switching = true
    try {
      await this.switchTo(directory)
    } finally {
      this.switching = false
    }
    return this.session.workspace.directory
  }

  /** The new one first: if it cannot be opened, the old one stays. Opening tells of the runs that it finds. */
  private async switchTo(directory: string): Promise<void> {
    const { events, options, revision } = this.around
    const before = this.session
    const old = await before.list.all()
    const oldSettings = await before.workspace.readSettings()
    this.session = await Session.open(directory, this.around)
    await before.close()
    events.emit('datasets:changed', await this.session.data.list())
    events.emit('views:changed', await this.session.workspace.readViews())
    const kept = new Set((await this.session.list.all()).runs.map((run) => run.id))
    const removed = old.runs.map((run) => run.id).filter((id) => !kept.has(id))
    revision.value += 1
    events.emit('runs:changed', { revision: revision.value, changed: [], removed })
    const settings = await this.session.workspace.readSettings()
    events.emit('settings:changed', settings)
    await this.restartEngine(oldSettings, settings)
    events.emit('reports:changed', await this.reports.list())
    await options.rememberWorkspace?.(this.session.workspace.directory)
  }

  /** Of the workspace that is open. */
  private get reports(): ReportRoom {
    const { session } = this
    const known = this.reportRooms.get(session)
    if (known) return known
    const { options, events } = this.around
    const room = new ReportRoom({
      disk: session.workspace.disk,
      workspace: session.workspace.directory,
      version: options.version,
      resources: options.resources,
      runs: { details: (id) => session.details(id), history: (id) => session.list.history(id) },
      presets: () => this.listPresets(),
      renderFigure: (request) => this.call('figures:render', request),
      changed: (listing) => events.emit('reports:changed', listing),
    })
    this.reportRooms.set(session, room)
    return room
  }

  private mustNotSwitch(): void {
    if (!this.switching) return
    throw new LabError('workspace/switching', 'Another workspace is being opened: try again in a moment')
  }

  private async renderFigure(request: CheckedArguments<'figures:render'>[0]): Promise<RenderedFile> {
    const runs = await Promise.all(request.spec.runs.map((id) => this.session.figureRun(id)))
    const { dpi, ...rest } = request
    const render = this.overrides.renderFigure ?? (await this.figureRenderer())
    const details = () => Promise.all(request.spec.runs.map((id) => this.session.details(id)))
    return render(dpi === undefined ? rest : { ...rest, dpi }, runs, details)
  }

  private async renderPicture(drawing: SvgDrawing): Promise<RenderedFile> {
    const { renderPicture } = await import('#lab/figures/picture')
    return renderPicture(drawing, this.around.options.resources)
  }

  /** Loaded with the first figure: the chart library is heavy, and most labs that open never draw. */
  private async figureRenderer(): Promise<FigureRenderer> {
    const { createFigureRenderer } = await import('#lab/figures/render')
    const { resources, version } = this.around.options
    return createFigureRenderer({ resources, version })
  }
}

function engineInfo({ facts }: EngineHost): EngineInfo {
  const { placement, wideVectors, wideVectorsOffered, gflops, remark } = facts
  return { placement, wideVectors, wideVectorsOffered, gflops, remark }
}
