// npm run bench:table [runs] [seconds]: the run table with 5,000 runs. How long it takes to open, to filter, to sort and to group, and how
// smoothly it scrolls. Wants `npm run build` and a Chromium (CHROMIUM_PATH names one).
//
// Of each act: milliseconds until the frame after it is drawn, and how long the page's main thread worked for it, which
// other programs on the machine do not change.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { findChromium } from './runtimes.mjs'

const root = resolve(import.meta.dirname, '..')
const [runs = '5000', seconds = '10'] = process.argv.slice(2)
const cli = join(root, 'out/main/cli.js')

const folder = mkdtempSync(join(tmpdir(), 'perceptron-lab-table-'))
const workspace = join(folder, 'workspace')
execFileSync(process.execPath, [cli, 'run', 'first-steps', '--quick', '--workspace', workspace], { stdio: 'ignore' })
execFileSync(process.execPath, [join(root, 'scripts/many-runs.mjs'), workspace, runs], { stdio: 'ignore' })

const begun = performance.now()
const server = spawn(process.execPath, [cli, 'serve', '--workspace', workspace], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const address = await new Promise((done) =>
  server.stdout.on('data', (text) => /http\S+/.exec(String(text)) && done(/http\S+/.exec(String(text))[0])),
)
const serving = performance.now() - begun
const browser = await chromium.launch({ executablePath: findChromium(), chromiumSandbox: process.getuid?.() !== 0 })
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(address)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  const thread = await mainThread(page)
  const grid = page.getByRole('treegrid', { name: 'Runs' })
  const found = { 'lab opens': { ms: Math.round(serving) } }
  found['table opens'] = await timed(page, thread, async () => {
    await page.evaluate(() => (location.hash = '#/runs'))
    await grid.waitFor()
  })
  const search = page.getByRole('searchbox')
  for (const [i, key] of [...'sigmoid'].entries()) {
    found[`key ${i + 1} of "sigmoid"`] = await timed(page, thread, () => search.press(key))
  }
  found['search emptied'] = await timed(page, thread, () => search.fill(''))
  found['sorted by epochs'] = await timed(page, thread, () => page.getByRole('button', { name: 'Epochs' }).click())
  found['all runs, no groups'] = await timed(page, thread, () => page.getByText('Runs', { exact: true }).last().click())
  found['all chosen'] = await timed(page, thread, async () => {
    await grid.focus()
    await page.keyboard.press('Control+a')
  })
  found['none chosen'] = await timed(page, thread, () => page.keyboard.press('Escape'))
  console.log(`Run table, ${runs} runs, ${availableParallelism()} cores, Chromium ${browser.version()}`)
  console.table(found)
  await grid.hover()
  console.log(`Scrolling for ${seconds} s, a turn of the wheel whenever the last one is done`)
  console.table([await scrolled(page, thread)])
} finally {
  await browser.close()
  server.kill('SIGINT')
  await new Promise((done) => server.once('exit', done))
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
}

/** Seconds that the main thread of the page has worked. */
async function mainThread(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration').value
  }
}

async function timed(page, thread, act) {
  const [worked, from] = [await thread(), performance.now()]
  await act()
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  const ms = performance.now() - from
  return { ms: Math.round(ms), 'main thread ms': Math.round(1000 * ((await thread()) - worked)) }
}

async function scrolled(page, thread) {
  const worked = await thread()
  const times = page.evaluate(
    async (limit) => {
      const frames = []
      const end = performance.now() + limit
      for (let now = performance.now(); now < end;) {
        now = await new Promise((next) => requestAnimationFrame(next))
        frames.push(now)
      }
      return frames.slice(1).map((time, i) => time - frames[i])
    },
    Number(seconds) * 1000,
  )
  let done = false
  void times.finally(() => (done = true))
  while (!done) await page.mouse.wheel(0, 240)
  const sorted = (await times).sort((a, b) => a - b)
  const at = (share) => Number(sorted[Math.floor(share * (sorted.length - 1))].toFixed(1))
  const busy = (1000 * ((await thread()) - worked)) / sorted.length
  return {
    frames: sorted.length,
    ...{ 'median ms': at(0.5), 'p95 ms': at(0.95), 'p99 ms': at(0.99), 'longest ms': at(1) },
    'main thread ms a frame': Number(busy.toFixed(1)),
  }
}
