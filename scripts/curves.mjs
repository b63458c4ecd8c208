// npm run bench:curves [curves] [epochs]: how soon many long curves are on the screen of Compare, and how smoothly the crosshair runs over them. Wants `npm run build` and Chromium.
// Without animations, which only spread what is drawn over more frames.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { findChromium } from './runtimes.mjs'

const root = resolve(import.meta.dirname, '..')
const cli = join(root, 'out/main/cli.js')
const [curves = 50, epochs = 500] = process.argv.slice(2).map(Number)
const TIMES = 10
const FRAMES_MS = 3000

const folder = mkdtempSync(join(tmpdir(), 'perceptron-lab-curves-'))
const workspace = join(folder, 'workspace')
const ids = fill()
const lab = spawn(process.execPath, [cli, 'serve', '--workspace', workspace], { stdio: ['ignore', 'pipe', 'ignore'] })
const browser = await chromium.launch({ executablePath: findChromium(), chromiumSandbox: process.getuid?.() !== 0 })
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  const processor = await processorOf(page)
  await page.goto(await address())
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  const found = { 'open Compare': await page.evaluate(openCompare, ids) }
  await buttonOf(page, 'Runs').click()
  await check(page)
  found['log scale on or off'] = await measure(page, processor, 'Log y')
  found['epochs or steps'] = await measure(page, processor, 'Step', 'Epoch')
  found['configurations or runs'] = await measure(page, processor, 'Configurations', 'Runs')
  const { x, y, width, height } = await page.locator('main canvas').first().boundingBox()
  const at = (i) => [x + width * (0.1 + (0.8 * (i % 100)) / 100), y + height * (0.2 + (0.6 * (i % 70)) / 70)]
  const before = await processor()
  const frames = await measureFrames(page, (i) => page.mouse.move(...at(i)))
  frames['of the processor, ms a frame'] = Math.round((((await processor()) - before) * 1000) / frames.frames)
  const load = `load ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores`
  console.log(`Two charts of ${curves} curves × ${epochs} epochs; ${cpus()[0]?.model}, ${load}`)
  console.table(found)
  console.log('Crosshair over the first of them, from frame to frame:')
  console.table({ crosshair: frames })
} finally {
  await browser.close()
  const gone = new Promise((then) => lab.once('exit', then))
  lab.kill('SIGINT')
  await gone
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }) // its helpers may still be writing
}

/** One run that was trained, and copies of it with histories of their own. */
function fill() {
  const run = [cli, 'run', 'first-steps', '--quick', '--workspace', workspace]
  execFileSync(process.execPath, run, { stdio: ['ignore', 'ignore', 'pipe'] })
  const many = [join(root, 'scripts/many-runs.mjs'), workspace, String(curves), String(epochs)]
  execFileSync(process.execPath, many, { stdio: 'ignore' })
  return readdirSync(join(workspace, 'runs')).filter((name) => name.endsWith('5eed00')) // those that nobody trained
}

/** As `serve` prints it. */
function address() {
  return new Promise((then) => {
    lab.stdout.on('data', (text) => {
      const [found] = /http\S+/.exec(String(text)) ?? []
      if (found) then(found)
    })
  })
}

/** In the page: from the press on Compare to the first frame with both charts, histories read and all. */
async function openCompare(ids) {
  const begin = performance.now()
  location.hash = `#/compare?runs=${ids.join(',')}`
  while (document.querySelectorAll('main canvas').length < 2) await new Promise((then) => requestAnimationFrame(then))
  await new Promise((then) => requestAnimationFrame(() => setTimeout(then)))
  return { 'median ms': Math.round(performance.now() - begin) }
}

/** What is not there is drawn in no time: all curves are listed, and both pictures have the ink of many. */
async function check(page) {
  const marked = await page.locator('main canvas').evaluateAll((all) =>
    all.map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      return data.filter((value, i) => i % 4 === 3 && value > 0).length / (canvas.width * canvas.height)
    }),
  )
  if (marked.length < 2 || marked.some((share) => share < 0.03)) throw new Error(`Charts are blank: ${marked}`)
}

function buttonOf(page, name) {
  return page.locator('main').getByText(name, { exact: true }).first()
}

/** Seconds that the page's own thread has had: on a machine that does other things, what a press costs by itself. */
async function processorOf(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration').value
  }
}

/** Presses buttons in turns. From each press to the end of the frame that shows what it did. */
async function measure(page, processor, ...names) {
  const buttons = names.map((name) => buttonOf(page, name))
  const [times, costs] = [[], []]
  for (let i = 0; i < TIMES; i++) {
    const before = await processor()
    times.push(await buttons[i % buttons.length].evaluate(press))
    costs.push(((await processor()) - before) * 1000)
    await buttons[i % buttons.length].evaluate(stays)
  }
  const at = (all, share) => Math.round(all.sort((a, b) => a - b)[Math.floor(share * (TIMES - 1))])
  return { 'median ms': at(times, 0.5), 'longest ms': at(times, 1), 'of the processor, median ms': at(costs, 0.5) }
}

/** In the page. What is posted in a frame runs when that frame has been drawn. */
async function press(button) {
  const pictures = () => [...document.querySelectorAll('main canvas')].map((canvas) => canvas.toDataURL()).join()
  globalThis.before ??= pictures()
  const begin = performance.now()
  button.click()
  await new Promise((then) => requestAnimationFrame(() => setTimeout(then)))
  return performance.now() - begin
}

/** In the page: the frame that was timed has changed the picture, and was the last one. */
async function stays(button) {
  const pictures = () => [...document.querySelectorAll('main canvas')].map((canvas) => canvas.toDataURL()).join()
  const first = pictures()
  if (first === globalThis.before) throw new Error(`Nothing was drawn after a press on ${button.textContent}`)
  await new Promise((then) => setTimeout(then, 400))
  if (pictures() !== first) throw new Error(`${button.textContent}: the first frame is not the whole picture`)
  globalThis.before = first
}

async function measureFrames(page, act) {
  const intervals = page.evaluate(async (limit) => {
    const times = []
    const end = performance.now() + limit
    for (let now = performance.now(); now < end;) {
      now = await new Promise((then) => requestAnimationFrame(then))
      times.push(now)
    }
    return times.slice(1).map((time, i) => time - times[i])
  }, FRAMES_MS)
  let done = false
  void intervals.finally(() => (done = true))
  for (let i = 0; !done; i++) await act(i)
  const sorted = (await intervals).sort((a, b) => a - b)
  const at = (share) => Number(sorted[Math.floor(share * (sorted.length - 1))].toFixed(1))
  return { frames: sorted.length, 'median ms': at(0.5), 'p95 ms': at(0.95), 'longest ms': at(1) }
}
