/**
 * The report on the screen: its document with undo and redo, saved by itself, and what the lab makes of it.
 *
 * The lab owns what is stored. A save goes on top of the revision that the last one answered with; if somebody else has
 * saved meanwhile it is refused, and the person decides. `made` of figures and tables is the lab's to fill in: it is
 * taken over from the answer, and is no step of its own.
 */
import { useDebounceFn, useEventListener } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'
import { LabError } from '#shared/errors'
import type { Finding, RenderedBlock, RenderedReport } from '#shared/report/document'
import { freeBlockId, type Block, type BlockKind, type Draft, type Report, type ReportId } from '#shared/report/report'
import type { RunId } from '#shared/run'
import { lab } from '../lab'
import { useLatestAnswer } from './latest-answer'

const UNDO_STEPS = 200
const SAVE_AFTER_MS = 500
const LOOK_AGAIN_AFTER_MS = 400

interface Step {
  report: Report
  /** Typing on in the same field is one step; null: never joined. */
  field: string | null
}

export const useReportEditorStore = defineStore('report-editor', () => {
  const present = shallowRef<Step | null>(null)
  const past = shallowRef<readonly Step[]>([])
  const future = shallowRef<readonly Step[]>([])
  const selectedId = shallowRef<string | null>(null)
  /** Why the report could not be opened, or was not saved. */
  const loadFailure = shallowRef<unknown>()
  const saveFailure = shallowRef<unknown>()
  const saving = shallowRef(false)
  let stored: Report | null = null
  let wanted: ReportId | null = null

  const report = computed(() => present.value?.report ?? null)
  const isSaved = computed(() => !saving.value && !saveFailure.value && !isChanged(report.value))
  const selected = computed(() => report.value?.blocks.find(({ id }) => id === selectedId.value) ?? null)
  const canUndo = computed(() => past.value.length > 0)
  const canRedo = computed(() => future.value.length > 0)
  /** Someone else saved meanwhile: ours cannot go on top of theirs. */
  const isConflict = computed(
    () => saveFailure.value instanceof LabError && saveFailure.value.code === 'report/changed',
  )

  const {
    answer,
    failure: renderFailure,
    again,
  } = useLatestAnswer(
    () => report.value,
    (asked) => lab.call('reports:render', asked),
  )
  const rendered = computed<RenderedReport | null>(() =>
    answer.value && answer.value.value.id === report.value?.id ? answer.value.value : null,
  )
  /** A block that came out as before stays the same object, so that a page of hundreds draws one anew with each key. */
  const shown = new Map<string, { text: string; block: RenderedBlock }>()
  const blocksById = computed<ReadonlyMap<string, RenderedBlock>>(() => {
    const blocks = rendered.value?.blocks ?? []
    const next = blocks.map((block) => {
      const text = JSON.stringify(block)
      const before = shown.get(block.id)
      return before?.text === text ? before : { text, block }
    })
    shown.clear()
    for (const each of next) shown.set(each.block.id, each)
    return new Map(next.map(({ block }) => [block.id, block]))
  })
  const findings = computed<readonly Finding[]>(() => rendered.value?.findings ?? [])
  const staleIds = computed(() =>
    (rendered.value?.blocks ?? []).flatMap((block) =>
      'freshness' in block && block.freshness.state !== 'fresh' ? [block.id] : [],
    ),
  )

  const lookAgain = useDebounceFn(again, LOOK_AGAIN_AFTER_MS)
  onScopeDispose(lab.on('runs:changed', () => void lookAgain()))
  const saveSoon = useDebounceFn(save, SAVE_AFTER_MS)
  useEventListener(window, 'pagehide', () => void save())

  async function open(id: ReportId): Promise<void> {
    if (wanted === id && present.value && !loadFailure.value) return again()
    await close()
    wanted = id
    try {
      take(await lab.call('reports:get', id), id)
    } catch (error) {
      if (wanted === id) loadFailure.value = error
    }
  }

  function take(found: Report, id: ReportId): void {
    if (wanted !== id) return
    stored = found
    present.value = { report: found, field: null }
    past.value = future.value = []
    selectedId.value = found.blocks[0]?.id ?? null
    loadFailure.value = saveFailure.value = undefined
  }

  /** What is not saved yet is saved first. */
  async function close(): Promise<void> {
    await save()
    wanted = null
    present.value = null
    stored = null
    past.value = future.value = []
    loadFailure.value = saveFailure.value = undefined
  }

  /** Throws away what could not be saved, and shows what is stored. */
  async function reopen(): Promise<void> {
    const id = wanted
    if (!id) return
    stored = null
    present.value = null
    wanted = null
    await open(id)
  }

  /** `field`: what is typed in; null for a step of its own. */
  function change(next: (now: Report) => Report, field: string | null = null): void {
    const now = present.value
    if (!now) return
    const joined = field !== null && now.field === field
    if (!joined) past.value = [...past.value, now].slice(-UNDO_STEPS)
    present.value = { report: next(now.report), field }
    future.value = []
    void saveSoon()
  }

  /** What is changed must be a part of that kind of block. */
  function changeBlock(id: string, next: BlockChange, field: string | null = null): void {
    change(
      (now) => ({
        ...now,
        blocks: now.blocks.map((each) => (each.id === id ? ({ ...each, ...next } as Block) : each)),
      }),
      field && `${id}.${field}`,
    )
  }

  /** Behind the chosen block, or at the end. Answers with its id. */
  function insert(draft: Draft): string {
    const blocks = report.value?.blocks ?? []
    const id = freeBlockId(blocks, draft.kind)
    const at = blocks.findIndex((each) => each.id === selectedId.value)
    const place = at < 0 ? blocks.length : at + 1
    change((now) => ({
      ...now,
      blocks: [...now.blocks.slice(0, place), { ...draft, id }, ...now.blocks.slice(place)],
    }))
    selectedId.value = id
    return id
  }

  function remove(id: string): void {
    const blocks = report.value?.blocks ?? []
    const at = blocks.findIndex((each) => each.id === id)
    change((now) => ({ ...now, blocks: now.blocks.filter((each) => each.id !== id) }))
    if (selectedId.value === id) selectedId.value = (blocks[at + 1] ?? blocks[at - 1])?.id ?? null
  }

  function move(id: string, by: -1 | 1): void {
    const blocks = [...(report.value?.blocks ?? [])]
    const from = blocks.findIndex((each) => each.id === id)
    const to = from + by
    const [block, other] = [blocks[from], blocks[to]]
    if (!block || !other) return
    blocks[to] = block
    blocks[from] = other
    change((now) => ({ ...now, blocks }))
  }

  /** They are made again with the next save. */
  function refresh(ids: readonly string[]): void {
    change((now) => ({
      ...now,
      blocks: now.blocks.map((block) => ('made' in block && ids.includes(block.id) ? { ...block, made: null } : block)),
    }))
  }

  /** Rejects with what the lab says. Another seed of a configuration joins it. */
  async function addRuns(runs: readonly RunId[]): Promise<void> {
    await save()
    const id = wanted
    if (!id || saveFailure.value) return
    const next = await lab.call('reports:add', id, { runs: [...runs], cards: false })
    stored = next
    change((now) => ({ ...now, aliases: next.aliases, revision: next.revision }))
  }

  function undo(): void {
    const [before, now] = [past.value.at(-1), present.value]
    if (!before || !now) return
    past.value = past.value.slice(0, -1)
    future.value = [now, ...future.value]
    present.value = { ...before, field: null }
    void saveSoon()
  }

  function redo(): void {
    const [[after, ...rest], now] = [future.value, present.value]
    if (!after || !now) return
    past.value = [...past.value, now]
    future.value = rest
    present.value = { ...after, field: null }
    void saveSoon()
  }

  function isChanged(now: Report | null): boolean {
    return now !== null && stored !== null && contentOf(now) !== contentOf(stored)
  }

  /** One save at a time; what came meanwhile is saved after it. */
  async function save(): Promise<void> {
    for (let sent = report.value; sent && stored && !saving.value && isChanged(sent); sent = report.value) {
      saving.value = true
      try {
        const answered = await lab.call('reports:save', { ...sent, revision: stored.revision })
        if (wanted !== answered.id) return
        stored = answered
        saveFailure.value = undefined
        takeOver(sent, answered)
      } catch (error) {
        saveFailure.value = error
        return
      } finally {
        saving.value = false
      }
    }
  }

  /** What the lab has made, into blocks that have not been edited since. */
  function takeOver(sent: Report, answered: Report): void {
    const now = present.value
    if (!now) return
    const made = new Map(answered.blocks.map((block) => [block.id, block]))
    const untouched = new Set(sent.blocks)
    const blocks = now.report.blocks.map((block) =>
      'made' in block && !block.made && untouched.has(block) ? (made.get(block.id) ?? block) : block,
    )
    present.value = { ...now, report: { ...now.report, blocks } }
  }

  return {
    report,
    rendered,
    blocksById,
    findings,
    staleIds,
    renderFailure,
    selected,
    selectedId,
    isSaved,
    saving,
    isConflict,
    loadFailure,
    saveFailure,
    canUndo,
    canRedo,
    open,
    close,
    reopen,
    change,
    changeBlock,
    insert,
    remove,
    move,
    refresh,
    addRuns,
    undo,
    redo,
    save,
    again,
  }
})

type BlockChange = { [K in BlockKind]: Partial<Extract<Block, { kind: K }>> }[BlockKind]

function contentOf({ title, author, aliases, blocks }: Report): string {
  return JSON.stringify([title, author, aliases, blocks])
}
