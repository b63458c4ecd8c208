/**
 * The screens by what a person reads on them: roles and names, no selectors of the markup.
 */
import type { Locator, Page } from 'playwright-core'

export const SMALL = '784-150-120-10'
export const LARGE = '784-500-250-100-10'

export type Screen = 'Home' | 'Data' | 'Design' | 'Live' | 'Runs' | 'Inspect' | 'Settings'

export async function goTo(page: Page, screen: Screen): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen, exact: true }).click()
  const title = screen === 'Home' ? 'Perceptron Lab' : screen
  // Live shows the name of the run that it shows, once there is one
  if (screen !== 'Live') await page.getByRole('heading', { level: 1, name: title }).waitFor()
}

export async function openPreset(page: Page, title: string): Promise<void> {
  await goTo(page, 'Home')
  await page.getByRole('button', { name: `Open ${title}`, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Design' }).waitFor()
}

export interface Shortened {
  train: number
  test: number
  epochs: number
}

/** The same experiment on fewer samples and for fewer epochs, through the form. */
export async function shorten(page: Page, { train, test, epochs }: Shortened): Promise<void> {
  await page.getByLabel('Samples', { exact: true }).selectOption('The first n of each part')
  await enter(page.getByRole('textbox', { name: 'To train on' }), train)
  await enter(page.getByRole('textbox', { name: 'To test on' }), test)
  await enter(page.getByLabel('Epochs', { exact: true }).and(page.getByRole('textbox')), epochs)
}

async function enter(field: Locator, value: number): Promise<void> {
  await field.fill(String(value))
  await field.press('Tab')
}

export async function run(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('navigation', { name: 'Queue' }).waitFor()
}

/** Opens the dialog in which files are picked for an import. */
export async function chooseImport(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Import…' }).click()
  await page.getByRole('menuitem', { name: 'Choose files…' }).click()
}

/** One of the list at the left of Data. */
export function listedSet(page: Page, title: string): Locator {
  return page.getByRole('navigation', { name: 'Data sets' }).getByRole('link').filter({ hasText: title })
}

/** The newest entry of a network in the queue of Live. */
export function queued(page: Page, network: string): Locator {
  return page.getByRole('navigation', { name: 'Queue' }).getByRole('link').filter({ hasText: network }).first()
}

export function stopButton(page: Page, network: string): Locator {
  return page.getByRole('button', { name: `Stop ${network}`, exact: true })
}

/** Opens a run of the queue and waits for its view. */
export async function openQueued(page: Page, network: string): Promise<void> {
  await queued(page, network).click()
  await page.getByRole('heading', { level: 1, name: network }).waitFor()
}

/** Another learning rate for the run that is shown, by hand. */
export async function setLearningRate(page: Page, rate: string): Promise<void> {
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByRole('textbox', { name: 'Learning rate', exact: true }).fill(rate)
  await page.getByRole('button', { name: 'Apply', exact: true }).click()
  await page.getByText('Learning rate set by hand', { exact: true }).waitFor()
}

/** All groups of the Design screen that are folded at first. */
export async function unfoldDesign(page: Page): Promise<void> {
  const folded = page.locator('details:not([open]) > summary')
  while ((await folded.count()) > 0) await folded.first().click()
}

/** The region of one chart, by its heading. */
export function chart(page: Page, title: string): Locator {
  return page.getByRole('region', { name: title, exact: false }).first()
}

/** The last epoch that a chart has a point for, as it tells those who cannot see it; 0 before the first. */
export async function lastEpoch(drawn: Locator): Promise<number> {
  const spoken = await drawn.getByRole('img').getAttribute('aria-label')
  const epochs = [...(spoken ?? '').matchAll(/at epoch ([\d.]+\d|\d)/g)].map(([, epoch]) => Number(epoch))
  return Math.max(0, ...epochs)
}

/**
 * Watches a chart frame by frame until it has shown `times` different last epochs. Answers with them, and whether
 * its pixels changed in between. One look a frame from within: from here a fast machine would be through before us.
 */
export async function watchGrowth(drawn: Locator, times: number): Promise<{ epochs: number[]; wasRedrawn: boolean }> {
  return drawn.evaluate(
    (region, wanted) =>
      new Promise<{ epochs: number[]; wasRedrawn: boolean }>((resolve) => {
        const epochs: number[] = []
        const pictures = new Set<string>()
        const look = (): void => {
          const spoken = region.querySelector('[role="img"]')?.getAttribute('aria-label') ?? ''
          const last = Math.max(0, ...[...spoken.matchAll(/at epoch ([\d.]+\d|\d)/g)].map((found) => Number(found[1])))
          if (last > (epochs.at(-1) ?? 0)) {
            epochs.push(last)
            pictures.add([...region.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL()).join())
          }
          if (epochs.length >= wanted) resolve({ epochs, wasRedrawn: pictures.size > 1 })
          else requestAnimationFrame(look)
        }
        look()
      }),
    times,
  )
}

/** Charts and fades have come to rest: a picture shows all of a line, and no colour is half faded. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = (): Promise<number> => new Promise(requestAnimationFrame)
    await document.fonts.ready
    const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity)
    await Promise.all(ending.map((each) => each.finished.catch(() => undefined)))
    const draw = (): string => [...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL()).join()
    // a canvas does not say that it moves: it rests when it looks the same for a while
    for (let [before, same] = ['', 0]; same < 10;) {
      await frame()
      const now = draw()
      same = now === before ? same + 1 : 0
      before = now
    }
  })
}

export type ExportChoice = 'SVG, for documents' | 'PNG, 300 dpi' | 'CSV, as drawn'

export async function chooseExport(page: Page, drawn: Locator, choice: ExportChoice): Promise<void> {
  await drawn.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: choice }).click()
}

/** The rows of the Runs table for one network: what it says of each, newest first. */
export async function tableRows(page: Page, network: string): Promise<string[]> {
  const rows = page.getByRole('treegrid', { name: 'Runs' }).getByRole('row').filter({ hasText: network })
  await rows.first().waitFor()
  return (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim())
}

export async function chooseTheme(page: Page, theme: 'Light' | 'Dark'): Promise<void> {
  await goTo(page, 'Settings')
  await page.getByRole('radiogroup', { name: 'Theme' }).getByText(theme, { exact: true }).click()
  await page.locator(`html[data-theme="${theme.toLowerCase()}"]`).waitFor({ state: 'attached' })
}
