/** A room of reports over a real temporary folder, with runs that tests decide about and figures drawn for real. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createFigureRenderer } from '#lab/figures/render'
import { ReportRoom } from '#lab/reports/report-room'
import { Disk, newProcessToken } from '#lab/storage/disk'
import { LabError } from '#shared/errors'
import { figureFacts } from '#shared/figure'
import type { ReportListing } from '#shared/report/report'
import type { SubjectRun } from '#shared/report/subject'
import type { RunId } from '#shared/run'
import { subjectRun } from '../../shared/report/subjects'

export const resources = resolve('resources')

/** Two networks with two seeds each. */
export function fourRuns(): SubjectRun[] {
  return [
    subjectRun({ id: 'run-a00001', wrong: 327, seed: 1 }),
    subjectRun({ id: 'run-a00002', wrong: 310, seed: 2 }),
    subjectRun({ id: 'run-b00001', wrong: 265, seed: 1, units: 128, label: '784-128-10' }),
    subjectRun({ id: 'run-b00002', wrong: 250, seed: 2, units: 128, label: '784-128-10' }),
  ]
}

export function openRoom(runs: readonly SubjectRun[] = fourRuns()) {
  const workspace = mkdtempSync(join(tmpdir(), 'lab-reports-'))
  const known = new Map(runs.map((run) => [run.summary.id, run]))
  const told: ReportListing[] = []
  const find = (id: RunId) => {
    const run = known.get(id)
    return run ? Promise.resolve(run) : Promise.reject(new LabError('run/not-found', `There is no run ${id}`))
  }
  const render = createFigureRenderer({ resources })
  const room = new ReportRoom({
    disk: new Disk(newProcessToken()),
    workspace,
    version: '1.2.3',
    resources,
    runs: { details: async (id) => (await find(id)).details, history: async (id) => (await find(id)).history },
    presets: () => Promise.resolve([]),
    renderFigure: async (request) => {
      const drawn = await Promise.all(request.spec.runs.map(find))
      return await render(
        request,
        drawn.map((run) => ({ summary: run.summary, history: run.history, machine: null, ...figureFacts(run) })),
      )
    },
    changed: (listing) => told.push(listing),
  })
  return { room, workspace, known, told, ids: runs.map(({ summary }) => summary.id) }
}

/** Another evaluation has come: what was made before is out of date. */
export function trainOn(known: Map<RunId, SubjectRun>, id: RunId, wrong: number): void {
  const run = known.get(id)
  if (!run) throw new Error(`no run ${id}`)
  const next = subjectRun({
    id,
    wrong,
    seed: run.experiment.seeds.init,
    units: run.summary.sizes[1] ?? 64,
    label: run.summary.label,
  })
  known.set(id, next)
}
