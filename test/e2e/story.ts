/**
 * The way through the product, the same in both doors: from a preset to a figure in a file, out and back in again,
 * and what is left when the lab dies in the middle.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBarriers } from './axe'
import { type Door, screenshots } from './door'
import { digestRun, makeTable, readCsv, readPng, readRuns } from './files'
import {
  chart,
  chooseExport,
  chooseImport,
  chooseTheme,
  goTo,
  LARGE,
  lastEpoch,
  listedSet,
  openPreset,
  openQueued,
  queued,
  run,
  setLearningRate,
  settle,
  shorten,
  SMALL,
  stopButton,
  tableRows,
  unfoldDesign,
  watchGrowth,
} from './pages'
import { inspectModels } from './inspect'
import type { Watch } from './watch'

/** Long enough for the small network to be seen growing, and for the large one to be stopped in the middle. */
const EPOCHS = 150
/** Once killed in the middle, once whole: enough to be caught in the middle. */
const EPOCHS_OF_TWINS = 60
/** A machine that is busy with other things as well. */
const TRAINING_LIMIT = { timeout: 120_000, interval: 100 }

/** Registers the story's tests; they build on each other, in this order. */
export function tellStory(door: Door): void {
  let page: Page
  const watches: Watch[] = []

  async function open(): Promise<void> {
    const opened = await door.open()
    page = opened.page
    page.setDefaultTimeout(30_000)
    watches.push(opened.watch)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
  }

  async function picture(name: string, { isMoving = false } = {}): Promise<void> {
    if (!isMoving) await settle(page)
    await page.screenshot({ path: join(screenshots, `${door.name}-${name}.png`) })
  }

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true })
    await open()
  })
  afterAll(() => door.dispose())

  test('the page has no way around the bridge', async () => {
    const seen = await page.evaluate(() => ({
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
      isIsolated: crossOriginIsolated,
      isFrozen: 'labBridge' in globalThis ? Object.isFrozen((globalThis as { labBridge?: object }).labBridge) : true,
    }))
    expect(seen).toEqual({ node: [], isIsolated: true, isFrozen: true })
  })

  test('a preset opens as a design that can be shortened', async () => {
    await picture('home-empty')
    await openPreset(page, 'Two networks on MNIST')
    await shorten(page, { train: 2000, test: 500, epochs: EPOCHS })
    await picture('design')
    expect(await page.getByRole('main').innerText()).toContain('137,080')
  })

  test('the chart grows while a run trains', async () => {
    await run(page)
    const { epochs, wasRedrawn } = await watchGrowth(chart(page, 'Loss and accuracy'), 3)
    await picture('live-running', { isMoving: true })
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b))
    expect(wasRedrawn).toBe(true)
  })

  test('one run finishes', async () => {
    await expect.poll(() => queued(page, SMALL).innerText(), TRAINING_LIMIT).toContain('Finished')
    const [small] = readRuns(door.workspace)
    expect(small).toMatchObject({ status: 'finished', endsWithNewline: true })
    expect(small?.epochs).toEqual(Array.from({ length: EPOCHS }, (_, at) => at + 1))
  })

  test('the other is paused, gets another learning rate and goes on', async () => {
    await openQueued(page, LARGE)
    const drawn = chart(page, 'Loss and accuracy')
    await expect.poll(() => lastEpoch(drawn), TRAINING_LIMIT).toBeGreaterThan(0)
    await page.keyboard.press('Space')
    await expect.poll(() => queued(page, LARGE).innerText(), TRAINING_LIMIT).toContain('Paused')
    const where = await queued(page, LARGE).innerText()
    await setLearningRate(page, '0.005')
    await picture('live-paused')
    expect(await queued(page, LARGE).innerText()).toBe(where)
    const shown = await lastEpoch(drawn)
    await page.getByRole('button', { name: 'Go on' }).click()
    await expect.poll(() => lastEpoch(drawn), TRAINING_LIMIT).toBeGreaterThan(shown)
  })

  test('it is stopped and keeps what it has', async () => {
    await stopButton(page, LARGE).click()
    await expect.poll(() => queued(page, LARGE).innerText(), TRAINING_LIMIT).toContain('Stopped')
    await picture('live-stopped')
    const [, large] = readRuns(door.workspace)
    expect(large).toMatchObject({ status: 'stopped', endsWithNewline: true })
    expect(large?.epochs.length).toBeGreaterThan(0)
    expect(large?.epochs.length).toBeLessThan(EPOCHS)
  })

  test('both are compared in one chart', async () => {
    await page.getByRole('link', { name: 'Compare 2 runs' }).click()
    const spoken = chart(page, 'Test loss').getByRole('img')
    await expect.poll(() => spoken.getAttribute('aria-label')).toContain(`Test loss by epoch of ${SMALL} and ${LARGE}`)
    await chart(page, 'Test accuracy').getByRole('img').waitFor()
    await picture('compare-curves')
    await page.getByRole('tab', { name: 'Time' }).click()
    await chart(page, 'Seconds per epoch').getByRole('img').waitFor()
    await picture('compare-time')
    await page.getByRole('tab', { name: 'Table' }).click()
    await page.getByRole('row', { name: /^Last test loss/ }).waitFor()
    await picture('compare-table')
    await page.getByRole('tab', { name: 'Curves' }).click()
  })

  describe('an exported chart', () => {
    const save = (choice: Parameters<typeof chooseExport>[2]) =>
      door.save(page, () => chooseExport(page, chart(page, 'Test loss'), choice))

    test('as CSV holds exactly the points that were drawn', async () => {
      const { name, bytes } = await save('CSV, as drawn')
      expect(name).toMatch(/\.csv$/)
      const rows = readCsv(bytes)
      for (const { id, testLosses, epochs } of readRuns(door.workspace)) {
        const own = rows.filter((row) => row['run'] === id && row['metric'] === 'test-loss')
        expect(own.map((row) => Number(row['value']))).toEqual(testLosses)
        expect(own.map((row) => Number(row['epoch']))).toEqual(epochs)
      }
      expect(rows).toHaveLength(readRuns(door.workspace).flatMap(({ epochs }) => epochs).length)
    })

    test('as SVG is a drawing with real text and nothing from elsewhere', async () => {
      const { name, bytes } = await save('SVG, for documents')
      const text = bytes.toString('utf8')
      expect(name).toMatch(/\.svg$/)
      expect(text).toMatch(/^(<\?xml[^>]*>\s*)?<svg [^]*<\/svg>\s*$/)
      for (const word of [SMALL, LARGE]) expect(text).toContain(word)
      expect(text).not.toMatch(/<script|<foreignObject|href="http|url\(http/i)
    })

    test('as PNG has 300 dots an inch', async () => {
      const { name, bytes } = await save('PNG, 300 dpi')
      expect(name).toMatch(/\.png$/)
      const { width, height, dotsPerMetre } = readPng(bytes)
      expect(dotsPerMetre).toBe(11_811)
      expect(width).toBeGreaterThan(1000)
      expect(height).toBeGreaterThan(500)
    })
  })

  test('after quitting and starting again the runs are there', async () => {
    await door.quit()
    await open()
    await goTo(page, 'Runs')
    expect(await tableRows(page, SMALL)).toEqual([expect.stringContaining(`Finished ${EPOCHS} / ${EPOCHS}`)])
    expect(await tableRows(page, LARGE)).toEqual([expect.stringMatching(new RegExp(`Stopped \\d+ / ${EPOCHS}`))])
    await picture('runs')
  })

  // on the lab that has just started again
  inspectModels({ door, page: () => page, picture })

  test('killed in the middle of a run, the lab loses nothing but that run’s rest', async () => {
    const before = readRuns(door.workspace).map(({ id }) => ({ id, digest: digestRun(door.workspace, id) }))
    await openPreset(page, 'Two networks on MNIST')
    await shorten(page, { train: 2000, test: 500, epochs: EPOCHS_OF_TWINS })
    await run(page)
    await expect.poll(() => queued(page, SMALL).innerText(), TRAINING_LIMIT).toContain('Finished')
    await openQueued(page, LARGE)
    await expect.poll(() => lastEpoch(chart(page, 'Loss and accuracy')), TRAINING_LIMIT).toBeGreaterThan(1)
    const shown = await lastEpoch(chart(page, 'Loss and accuracy'))
    await door.kill()
    const killed = readRuns(door.workspace).at(-1)
    expect(killed?.epochs.length).toBeGreaterThanOrEqual(shown) // on disk before it is shown

    await open()
    await goTo(page, 'Runs')
    const rows = await tableRows(page, LARGE)
    expect(rows.filter((row) => row.includes('Interrupted'))).toEqual([
      expect.stringContaining(`Interrupted ${killed?.epochs.length} / ${EPOCHS_OF_TWINS}`),
    ])
    expect(rows.filter((row) => row.includes('Stopped'))).toHaveLength(1)
    expect((await tableRows(page, SMALL)).filter((row) => row.includes('Finished'))).toHaveLength(2)
    for (const { id, digest } of before) expect(digestRun(door.workspace, id), id).toBe(digest)
    await picture('runs-interrupted')
    await page.getByRole('row').filter({ hasText: 'Interrupted' }).getByRole('link', { name: LARGE }).click()
    await expect.poll(() => lastEpoch(chart(page, 'Loss and accuracy'))).toBe(killed?.epochs.at(-1))
    await picture('live-interrupted')
  })

  test('resumed, it ends with the bits of a twin to which nothing happened', async () => {
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await expect.poll(() => readRuns(door.workspace).at(-1)?.status, TRAINING_LIMIT).toBe('finished')
    await page.getByText(`Finished all ${EPOCHS_OF_TWINS} epochs`).waitFor()
    const resumed = readRuns(door.workspace).at(-1)
    expect(resumed?.epochs).toEqual(Array.from({ length: EPOCHS_OF_TWINS }, (_, at) => at + 1))
    expect(resumed?.resumedFrom).toEqual([expect.toSatisfy((step: number) => step > 0)])
    await picture('live-resumed')

    await goTo(page, 'Design')
    await run(page)
    const twin = () => readRuns(door.workspace).findLast(({ label }) => label === LARGE)
    await expect.poll(() => twin()?.id, TRAINING_LIMIT).not.toBe(resumed?.id)
    await expect.poll(() => twin()?.status, TRAINING_LIMIT).toBe('finished')
    expect(twin()).toMatchObject({ resumedFrom: [], weightsSha256: resumed?.weightsSha256 })
    expect(twin()?.testLosses).toEqual(resumed?.testLosses)
  })

  describe.each(['Light', 'Dark'] as const)('in the %s theme', (theme) => {
    const name = theme.toLowerCase()

    beforeAll(() => chooseTheme(page, theme))

    test.each(['Home', 'Data', 'Design', 'Live', 'Runs', 'Settings'] as const)(
      '%s keeps nobody out',
      async (screen) => {
        await goTo(page, screen)
        await picture(`${name}-${screen.toLowerCase()}`)
        expect(await findBarriers(page)).toEqual([])
      },
    )

    test('Design, with all that is folded, keeps nobody out', async () => {
      await goTo(page, 'Design')
      await unfoldDesign(page)
      await picture(`${name}-design-unfolded`)
      expect(await findBarriers(page)).toEqual([])
    })

    test.each(['Curves', 'Time', 'Table'])('Compare, %s, keeps nobody out', async (tab) => {
      await goTo(page, 'Live')
      await page.getByRole('link', { name: /^Compare \d+ runs$/ }).click()
      await page.getByRole('tab', { name: tab }).click()
      await picture(`${name}-compare-${tab.toLowerCase()}`)
      expect(await findBarriers(page)).toEqual([])
    })
  })

  describe('own data', () => {
    const TITLE = 'sides'

    test('are looked at before they are stored, and stored as they were shown', async () => {
      const file = join(door.workspace, '..', `${TITLE}.csv`)
      makeTable(file, 60)
      await goTo(page, 'Data')
      await door.chooseFile(page, file, () => chooseImport(page))
      const dialog = page.getByRole('dialog', { name: 'Import' })
      await dialog.getByText('Labels are in column "class"').waitFor()
      expect(await listedSet(page, TITLE).count()).toBe(0)
      expect(await findBarriers(page)).toEqual([])
      await picture('data-import')
      await dialog.getByRole('button', { name: 'Store', exact: true }).click()
      await listedSet(page, TITLE).waitFor()
    })

    test('are browsed and counted', async () => {
      const table = page.getByRole('grid', { name: 'Samples' })
      await table.getByRole('row').nth(1).waitFor()
      await table.focus()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').getByText('Training part, 0 of 48').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('tab', { name: 'Statistics' }).click()
      await page.getByText('Each class has 24 training samples').waitFor()
      expect(await findBarriers(page)).toEqual([])
    })

    test('are learned', async () => {
      await page.getByRole('tab', { name: 'Split' }).click()
      await page.getByRole('button', { name: 'Use in a new experiment' }).click()
      await page.getByRole('heading', { level: 1, name: 'Design' }).waitFor()
      await run(page)
      await expect.poll(() => readRuns(door.workspace).at(-1)?.status, TRAINING_LIMIT).toBe('finished')
      const trained = readRuns(door.workspace).at(-1)
      expect(trained).toMatchObject({ label: '4-64-2', epochs: Array.from({ length: 10 }, (_, at) => at + 1) })
      expect(trained?.testLosses.at(-1)).toBeLessThan(trained?.testLosses[0] ?? 0)
    })

    test('are deleted, and brought back', async () => {
      await goTo(page, 'Data')
      await listedSet(page, TITLE).click()
      await page.getByRole('button', { name: 'More', exact: true }).click()
      await page.getByRole('menuitem', { name: 'Delete' }).click()
      await expect.poll(() => listedSet(page, TITLE).count()).toBe(0)
      await page.getByRole('button', { name: 'Undo' }).click()
      await listedSet(page, TITLE).waitFor()
    })
  })

  test('nothing was said in the console, and nothing asked of another machine', () => {
    expect(watches.flatMap(({ complaints }) => complaints)).toEqual([])
    expect(watches.flatMap(({ strangers }) => strangers)).toEqual([])
  })
}
