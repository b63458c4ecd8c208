/** A room of reports over the made-up runs of every kind of figure; a block for each of those figures. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createFigureRenderer } from '#lab/figures/render'
import { ReportRoom } from '#lab/reports/report-room'
import { Disk, newProcessToken } from '#lab/storage/disk'
import { LabError } from '#shared/errors'
import type { FigureRun } from '#shared/figure'
import type { Block } from '#shared/report/report'
import type { RunId } from '#shared/run'
import { EVERY_FIGURE } from '../figures/every-figure'
import { subjectRun } from '../../shared/report/subjects'

/** Ids as the lab gives them: those of the made-up runs are of any form. */
const ids = new Map<string, RunId>()
function idOf(id: RunId): RunId {
  const known = ids.get(id) ?? (`run-${String(ids.size + 1).padStart(6, '0')}` as RunId)
  ids.set(id, known)
  return known
}

export const FIGURES = EVERY_FIGURE.map(({ name, spec }) => ({ name, spec: { ...spec, runs: spec.runs.map(idOf) } }))

const byId = new Map<RunId, FigureRun>(
  EVERY_FIGURE.flatMap(({ runs }) => runs).map((run) => {
    const id = idOf(run.summary.id)
    return [id, { ...run, summary: { ...run.summary, id } }]
  }),
)

export function figureRoom() {
  const resources = resolve('resources')
  const render = createFigureRenderer({ resources })
  const find = (id: RunId) => {
    const run = byId.get(id)
    return run ? Promise.resolve(run) : Promise.reject(new LabError('run/not-found', `There is no run ${id}`))
  }
  const room = new ReportRoom({
    disk: new Disk(newProcessToken()),
    workspace: mkdtempSync(join(tmpdir(), 'lab-report-figures-')),
    version: '1.2.3',
    resources,
    runs: {
      details: async (id) => ({ ...subjectRun().details, summary: (await find(id)).summary }),
      history: async (id) => (await find(id)).history,
    },
    presets: () => Promise.resolve([]),
    renderFigure: async (request) => await render(request, await Promise.all(request.spec.runs.map(find))),
    changed: () => undefined,
  })
  const blocks = FIGURES.map(({ name, spec }, i): Block => ({
    id: `figure-${i + 1}`,
    kind: 'figure',
    spec,
    caption: name,
    alt: '',
    made: null,
  }))
  return { room, blocks, ids: [...byId.keys()].slice(0, 2) }
}
