/**
 * The reports of the workspace, and what other screens put into them.
 */
import { defineStore } from 'pinia'
import { onScopeDispose, shallowRef } from 'vue'
import type { FigureSpec } from '#shared/figure'
import type { NewReport, ReportFormat } from '#shared/report/calls'
import type { Report, ReportId, ReportListing } from '#shared/report/report'
import type { RunId } from '#shared/run'
import { lab } from '../lab'
import { go } from '../shell/router'
import type { MenuItem } from '../ui/menu-item'
import { useToasts } from '../ui/toasts'

/** A menu lists the reports that were changed last. */
const MOST_OFFERED = 4

export const useReportsStore = defineStore('reports', () => {
  const toasts = useToasts()
  const listing = shallowRef<ReportListing>({ reports: [], problems: [] })
  const ready = shallowRef(false)
  const failure = shallowRef<unknown>()
  const exporting = shallowRef(false)
  onScopeDispose(lab.on('reports:changed', (changed) => (listing.value = changed)))
  void load()

  async function load(): Promise<void> {
    try {
      listing.value = await lab.call('reports:list')
      ready.value = true
      failure.value = undefined
    } catch (error) {
      failure.value = error
    }
  }

  /** Rejects with what the lab says. */
  function create(request: NewReport): Promise<Report> {
    return lab.call('reports:create', request)
  }

  async function remove(id: ReportId, title: string): Promise<void> {
    try {
      await lab.call('reports:remove', id)
      toasts.show(`“${title}” removed`, { undo: () => void restore(id) })
    } catch (error) {
      toasts.fail('The report was not removed', error)
    }
  }

  async function restore(id: ReportId): Promise<void> {
    try {
      await lab.call('reports:restore', id)
    } catch (error) {
      toasts.fail('The report did not come back', error)
    }
  }

  async function exportReport(id: ReportId, format: ReportFormat): Promise<void> {
    if (exporting.value) return
    exporting.value = true
    try {
      const place = await lab.saveFile(await lab.call('reports:export', id, format))
      if (place !== null) toasts.show(lab.door === 'electron' ? `Saved as ${place}` : `Downloaded ${place}`)
    } catch (error) {
      toasts.fail('The report was not exported', error)
    } finally {
      exporting.value = false
    }
  }

  /** Menu lines that put a figure into one of the latest reports, or into a new one. */
  function figureItems(spec: FigureSpec, caption: string): MenuItem[] {
    return items((id) => lab.call('reports:add', id, { figure: spec, caption }), spec.runs)
  }

  /** The same for runs: a card each configuration. */
  function runItems(runs: readonly RunId[]): MenuItem[] {
    return items((id) => lab.call('reports:add', id, { runs: [...runs], cards: true }), runs)
  }

  function items(add: (id: ReportId) => Promise<Report>, runs: readonly RunId[]): MenuItem[] {
    const known = listing.value.reports
      .slice(0, MOST_OFFERED)
      .map(({ id, title }): MenuItem => ({ label: `Add to “${shortened(title)}”`, action: () => void put(add, id) }))
    return [...known, { label: 'Add to a new report', action: () => void putIntoNew(add, runs) }]
  }

  async function put(add: (id: ReportId) => Promise<Report>, id: ReportId): Promise<void> {
    try {
      const { title } = await add(id)
      toasts.show(`Added to “${title}”`, { action: { label: 'Open', run: () => go('report', { id }) } })
    } catch (error) {
      toasts.fail('It was not added to the report', error)
    }
  }

  async function putIntoNew(add: (id: ReportId) => Promise<Report>, runs: readonly RunId[]): Promise<void> {
    try {
      const { id } = await create({ template: 'empty', runs: [...runs], presetId: null, title: null })
      await put(add, id)
    } catch (error) {
      toasts.fail('The report was not made', error)
    }
  }

  return { listing, ready, failure, exporting, load, create, remove, exportReport, figureItems, runItems }
})

function shortened(title: string): string {
  return title.length > 32 ? `${title.slice(0, 31)}…` : title
}
