/**
 * Looking into a saved model, on a lab that has only just started: what it gets wrong, picture by picture, a figure of
 * that, two models beside each other, and a model's file.
 */
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { findBarriers } from './axe'
import type { Door } from './door'
import { readRuns, type RunFolder } from './files'
import { chooseTheme, goTo, LARGE, openPreset, run, shorten, SMALL } from './pages'

/** Two inputs and two outputs. */
const LINE = '2-2'

export interface InspectParts {
  door: Door
  page: () => Page
  picture: (name: string) => Promise<void>
}

/** Registers its tests; the small network has finished, the large one has kept its weights. */
export function inspectModels({ door, page, picture }: InspectParts): void {
  const runOf = (label: string): RunFolder =>
    readRuns(door.workspace).find((run) => run.label === label) ?? expect.fail(`no run ${label}`)
  const gallery = () => page().getByRole('listbox', { name: 'Samples' })
  const option = () => gallery().getByRole('option')
  const openTab = (name: string) => page().getByRole('tab', { name, exact: true }).click()

  /** What a tab shows once the lab has answered. */
  const shown: Record<string, () => Locator> = {
    Calibration: () => page().getByRole('region', { name: /^Reliability of/ }),
    Units: () => page().getByRole('listbox', { name: 'Units' }),
    Draw: () => page().getByRole('application'),
  }
  const shownTab = async (tab: string) => shown[tab]?.().waitFor()

  async function inspect(label: string): Promise<void> {
    await goTo(page(), 'Inspect')
    await page().getByRole('combobox', { name: 'Model', exact: true }).selectOption(runOf(label).id)
    await page()
      .getByRole('grid', { name: /^Confusion matrix/ })
      .waitFor()
  }

  test('a saved model says again what its last evaluation measured', async () => {
    await inspect(SMALL)
    await page()
      .getByText(`${runOf(SMALL).lastWrong} wrong`)
      .waitFor()
    await picture('inspect-matrix')
  })

  test('a cell of the matrix leads to its samples, by keys alone', async () => {
    const grid = page().getByRole('grid', { name: /^Confusion matrix/ })
    await grid
      .getByRole('gridcell', { name: /recognized/ })
      .first()
      .focus()
    await page().keyboard.press('Enter')
    await gallery().waitFor()
    await page().getByRole('button', { name: 'Do not filter by True: 0' }).click()
    await page().getByRole('button', { name: 'Do not filter by Predicted: 0' }).click()
  })

  test('misclassified digits are browsed', async () => {
    await page()
      .getByRole('group', { name: 'Which samples' })
      .getByRole('button', { name: /^Wrong/ })
      .click()
    await expect.poll(() => option().getAttribute('aria-setsize')).toBe(String(runOf(SMALL).lastWrong))
    await gallery().focus()
    await page().keyboard.press('ArrowRight')
    await expect.poll(() => option().getAttribute('aria-label')).toMatch(/^No\. [\d,]+: \d taken for \d, /)
    await page().keyboard.press('Space')
    await page().keyboard.press('ArrowRight')
    await page().keyboard.press('Space')
    await page().getByText('2 chosen').waitFor()
    await picture('inspect-gallery')
    await page().keyboard.press('Enter')
    await expect.poll(() => page().evaluate(() => location.hash)).toMatch(/[?&]sample=\d+/)
    await picture('inspect-sample')
    await page().keyboard.press('Escape')
  })

  test('the chosen ones become a figure with what the model said', async () => {
    await page().getByRole('button', { name: 'Export as figure…' }).click()
    const dialog = page().getByRole('dialog', { name: 'Export as figure' })
    await dialog.getByRole('img', { name: /^Preview/ }).waitFor()
    expect(await findBarriers(page())).toEqual([])
    const { name, bytes } = await door.save(page(), () => dialog.getByRole('button', { name: 'Export' }).click())
    const text = bytes.toString('utf8')
    expect(name).toMatch(/\.svg$/)
    expect(text.match(/<image /g)).toHaveLength(2)
    expect(text.match(/>\d → \d</g)).toHaveLength(2)
    expect(text).toContain('MNIST, test part')
  })

  test('two models are compared on the same samples', async () => {
    await page().getByRole('combobox', { name: 'Beside', exact: true }).selectOption(runOf(LARGE).id)
    const pair = page().getByRole('region', { name: 'The two models' })
    await pair.getByRole('button').first().waitFor()
    const cells = await pair.getByRole('button', { name: /samples$/ }).all()
    const counts = await Promise.all(cells.map(async (cell) => Number((await cell.innerText()).replace(',', ''))))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(500)
    expect((counts[2] ?? 0) + (counts[3] ?? 0)).toBe(runOf(SMALL).lastWrong)
    await cells[2]?.click()
    await picture('inspect-pair')
    await page().getByRole('combobox', { name: 'Model B', exact: true }).selectOption('None')
  })

  test("a model's file opens like the run that left it", async () => {
    const file = join(door.workspace, 'runs', runOf(SMALL).id, 'model.safetensors')
    await door.chooseFile(page(), file, () => page().getByRole('button', { name: 'Open file…' }).click())
    await expect.poll(() => page().evaluate(() => location.hash)).toMatch(/[?&]file=/)
    await page().getByText('10,000 samples', { exact: true }).waitFor() // of all of the test part: a file knows of no split
    expect(await page().getByRole('main').innerText()).toContain('784-150-120-10')
  })

  test('a network of points shows how it divides the plane', async () => {
    await openPreset(page(), 'A straight line')
    await shorten(page(), { train: 100, test: 100, epochs: 200 })
    await run(page())
    const ofLine = () => readRuns(door.workspace).find(({ label }) => label === LINE)
    await expect.poll(() => ofLine()?.status, { timeout: 60_000 }).toBe('finished')
    await inspect(LINE)
    await openTab('Boundary')
    await page()
      .getByRole('img', { name: /^Decision boundary over the plane; \d+ of 200 points on their own side/ })
      .waitFor()
    await picture('inspect-boundary')
  })

  describe.each(['Light', 'Dark'] as const)('Inspect in the %s theme', (theme) => {
    beforeAll(async () => {
      await chooseTheme(page(), theme)
      await inspect(SMALL)
    })

    test.each(['Matrix', 'Gallery', 'Calibration', 'Units', 'Draw'])('%s keeps nobody out', async (tab) => {
      await openTab(tab)
      await shownTab(tab)
      await picture(`${theme.toLowerCase()}-inspect-${tab.toLowerCase()}`)
      expect(await findBarriers(page())).toEqual([])
    })

    test('Boundary keeps nobody out', async () => {
      await inspect(LINE)
      await openTab('Boundary')
      await page()
        .getByRole('img', { name: /^Decision boundary/ })
        .waitFor()
      await picture(`${theme.toLowerCase()}-inspect-boundary`)
      expect(await findBarriers(page())).toEqual([])
      await inspect(SMALL)
    })

    test('one sample beside them keeps nobody out', async () => {
      await openTab('Gallery')
      await gallery().focus()
      await page().keyboard.press('Home')
      await page().keyboard.press('Enter')
      await page().getByRole('region', { name: 'Nearest training samples' }).waitFor()
      await picture(`${theme.toLowerCase()}-inspect-sample`)
      expect(await findBarriers(page())).toEqual([])
      await page().keyboard.press('Escape')
    })
  })
}
