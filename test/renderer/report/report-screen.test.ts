import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { LabError } from '#shared/errors'
import type { RenderedBlock, RenderedReport } from '#shared/report/document'
import type { Block, Report, ReportId } from '#shared/report/report'
import ReportScreen from '../../../src/renderer/features/report/ReportScreen.vue'
import { go } from '../../../src/renderer/shell/router'
import { useReportEditorStore } from '../../../src/renderer/stores/report-editor'
import { fakeLab, type Handlers } from '../fake-lab'

const ID = 'report-20260101-000000-abcdef' as ReportId
const spec = {
  runs: [],
  panels: [['test-error']],
  x: 'epoch',
  logY: false,
  title: null,
  widthCm: 15,
  heightCm: 7,
} as never

const REPORT: Report = {
  version: 1,
  id: ID,
  revision: 0,
  title: 'Two networks',
  author: '',
  presetId: null,
  createdAt: '2026-01-01T00:00:00Z',
  changedAt: '2026-01-01T00:00:00Z',
  aliases: [{ name: 'a', title: '784-64-10', runs: [] }],
  blocks: [
    { id: 'heading-1', kind: 'heading', level: 1, text: 'Results' },
    { id: 'text-2', kind: 'text', markdown: 'Error {{a.testError}}' },
    {
      id: 'figure-3',
      kind: 'figure',
      spec,
      caption: 'Error by epoch',
      alt: '',
      made: { sha256: 'ab'.repeat(32), at: '' },
    },
  ],
}

function drawn(block: Block): RenderedBlock {
  if (block.kind === 'heading') return { id: block.id, kind: 'heading', level: block.level, text: block.text }
  if (block.kind === 'figure') {
    const freshness = block.made
      ? ({ state: 'stale', reason: 'its runs have changed' } as const)
      : ({ state: 'fresh' } as const)
    return {
      id: block.id,
      kind: 'figure',
      number: 1,
      sha256: '',
      freshness,
      caption: [{ kind: 'text', text: block.caption }],
      svg: '<svg/>',
      csv: '',
      widthCm: 15,
      heightCm: 7,
      alt: 'a curve',
    }
  }
  const markdown = block.kind === 'text' ? block.markdown : ''
  return {
    id: block.id,
    kind: 'text',
    nodes: [
      {
        kind: 'paragraph',
        children: [
          { kind: 'text', text: `shown: ${markdown}` },
          { kind: 'field', source: 'a.testError', text: '3.27 %' },
        ],
      },
    ],
  }
}

function render(report: Report): RenderedReport {
  return {
    id: report.id,
    title: report.title,
    author: '',
    changedAt: '',
    blocks: report.blocks.map(drawn),
    appendix: { runs: [], configurations: [], missing: [], lab: '' },
    findings: [
      {
        kind: 'claim-without-run',
        blockId: 'text-2',
        message: '“3 %” has no run behind it',
        advice: 'Put a live field in its place.',
      },
    ],
  }
}

function lab(handlers: Handlers = {}) {
  let stored = REPORT
  return fakeLab({
    'reports:list': () => ({
      reports: [
        {
          id: ID,
          title: 'Two networks',
          presetId: null,
          createdAt: '',
          changedAt: '2026-01-01T00:00:00Z',
          blocks: 3,
          runs: [],
        },
      ],
      problems: [{ file: 'reports/x.json', message: 'reports/x.json cannot be read' }],
    }),
    'reports:get': () => stored,
    'reports:render': render,
    'reports:save': (report) =>
      (stored = {
        ...report,
        revision: report.revision + 1,
        blocks: report.blocks.map((block) =>
          block.kind === 'figure' ? { ...block, made: block.made ?? { sha256: 'cd'.repeat(32), at: '' } } : block,
        ),
      }),
    'runs:list': () => ({ revision: 0, runs: [] }),
    'presets:list': () => [],
    ...handlers,
  })
}

async function open(id: string | null = ID) {
  go('report', { id })
  const screen = mount(ReportScreen, { attachTo: document.body })
  await flushPromises()
  await vi.waitFor(() => expect(screen.text()).toContain(id ? '3.27 %' : 'Two networks'))
  return screen
}

beforeEach(() => setActivePinia(createPinia()))

describe('the list of reports', () => {
  test('leads to each, and says which files cannot be read', async () => {
    lab()
    const screen = await open(null)
    expect(screen.find('a[href="#/report/report-20260101-000000-abcdef"]').text()).toContain('Two networks')
    expect(screen.text()).toContain('reports/x.json cannot be read')
  })
})

describe('a report', () => {
  test('stands on its page with its numbers, its outline and what the check found', async () => {
    lab()
    const screen = await open()
    expect(screen.find('[data-block="heading-1"] h2').text()).toBe('Results')
    expect(screen.find('.field').attributes('title')).toBe('{{a.testError}}')
    expect(screen.find('nav[aria-label="Outline"]').text()).toContain('Error by epoch')
    expect(screen.find('[role=img]').attributes()).toMatchObject({ 'aria-label': 'a curve' })
    expect(screen.text()).toContain('Check: 1')
  })

  test('is written in with the keyboard, drawn again and saved', async () => {
    const fake = lab()
    const screen = await open()
    await screen.find('[data-block="text-2"]').trigger('keydown', { key: 'Enter' })
    await screen.find('[data-block="text-2"] textarea').setValue('New words')
    await vi.waitFor(() => expect(screen.text()).toContain('shown: New words'))
    await useReportEditorStore().save()
    expect(fake.asked('reports:save').at(-1)?.[0].blocks[1]).toMatchObject({ markdown: 'New words' })
    await screen.find('[data-block="text-2"] textarea').trigger('keydown', { key: 'Escape' })
    expect(screen.find('[data-block="text-2"] textarea').exists()).toBe(false)
  })

  test('has its blocks moved and removed with the keyboard, and undone', async () => {
    lab()
    const screen = await open()
    const order = () => screen.findAll('[data-block]').map((each) => each.attributes('data-block'))
    await screen.find('[data-block="text-2"]').trigger('keydown', { key: 'ArrowUp', altKey: true })
    expect(order()).toEqual(['text-2', 'heading-1', 'figure-3'])
    await screen.find('[data-block="text-2"]').trigger('keydown', { key: 'Delete' })
    expect(order()).toEqual(['heading-1', 'figure-3'])
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true }))
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true }))
    await flushPromises()
    expect(order()).toEqual(['heading-1', 'text-2', 'figure-3'])
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, shiftKey: true }))
    await flushPromises()
    expect(order()).toEqual(['text-2', 'heading-1', 'figure-3'])
  })

  test('has a stale figure made again, which is no step to undo twice', async () => {
    const fake = lab()
    const screen = await open()
    expect(screen.text()).toContain('Out of date: its runs have changed')
    await screen
      .findAll('button')
      .find((each) => each.text() === 'Refresh')
      ?.trigger('click')
    const editor = useReportEditorStore()
    await editor.save()
    expect(fake.asked('reports:save').at(-1)?.[0].blocks[2]).toMatchObject({ made: null })
    expect(editor.report?.blocks[2]).toMatchObject({ made: { sha256: 'cd'.repeat(32) } })
    expect(editor.isSaved).toBe(true)
  })

  test('that somebody else has saved is not written over', async () => {
    lab({
      'reports:save': () => {
        throw new LabError('report/changed', 'It was changed elsewhere meanwhile')
      },
    })
    const screen = await open()
    const editor = useReportEditorStore()
    editor.change((now) => ({ ...now, title: 'Mine' }))
    await editor.save()
    await flushPromises()
    expect(screen.text()).toContain('It was changed elsewhere meanwhile')
    await screen
      .findAll('button')
      .find((each) => each.text() === 'Open the other one')
      ?.trigger('click')
    await flushPromises()
    expect(editor.report?.title).toBe('Two networks')
    expect(editor.saveFailure).toBeUndefined()
  })

  test('that is not there says so', async () => {
    lab({
      'reports:get': () => {
        throw new LabError('report/not-found', 'There is no report of that name')
      },
    })
    go('report', { id: ID })
    const screen = mount(ReportScreen)
    await flushPromises()
    expect(screen.text()).toContain('There is no report of that name')
  })
})
