// npm run bench:curves [curves] [epochs]: how soon many long curves are on the screen of Compare, and how smoothly the crosshair runs over them. Wants `npm run build`, Electron and a display.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron } from 'playwright-core'

const root = resolve(import.meta.dirname, '..')
const [curves = 50, epochs = 500] = process.argv.slice(2).map(Number)
const TIMES = 20
const FRAMES_MS = 5000

const folder = mkdtempSync(join(tmpdir(), 'perceptron-lab-curves-'))
const workspace = join(folder, 'workspace')
fill()
const app = await open()
try {
  const page = await app.firstWindow()
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  const found = { 'open Compare': await page.evaluate(openCompare, await newestRuns(page)) }
  await check(page)
  const [first] = await page.locator('main canvas').all()
  const { x, y, width, height } = await first.boundingBox()
  found['log scale on or off'] = await measure(page, 'Log')
  found['epochs or steps'] = await measure(page, 'Step', 'Epoch')
  found['runs or configurations'] = await measure(page, 'Configurations', 'Runs')
  const at = (i) => [x + width * (0.1 + (0.8 * (i % 100)) / 100), y + height * (0.2 + (0.6 * (i % 70)) / 70)]
  const frames = await measureFrames(page, (i) => page.mouse.move(...at(i)))
  console.log(`Two charts of ${curves} curves × ${epochs} epochs; ${cpus()[0]?.model}, ${availableParallelism()} cores`)
  console.table(found)
  console.log('Crosshair over the first of them, from frame to frame:')
  console.table({ crosshair: frames })
} finally {
  const closed = app.waitForEvent('close')
  await app.evaluate(({ app: electron }) => electron.exit()).catch(() => undefined) // gone before it answers
  await closed
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }) // its helpers may still be writing
}

/** One run that was trained, and copies of it with histories of their own. */
function fill() {
  const run = [join(root, 'out/main/cli.js'), 'run', 'first-steps', '--quick', '--workspace', workspace]
  execFileSync(process.execPath, run, { stdio: ['ignore', 'ignore', 'pipe'] })
  const many = [join(root, 'scripts/many-runs.mjs'), workspace, String(curves), String(epochs)]
  execFileSync(process.execPath, many, { stdio: 'ignore' })
}

function open() {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const own = { NODE_ENV: 'production', PERCEPTRON_LAB_WORKSPACE: workspace, XDG_DATA_HOME: folder }
  return _electron.launch({
    args: [root, `--user-data-dir=${join(folder, 'profile')}`],
    cwd: root,
    env: { ...env, ...own },
  })
}

async function newestRuns(page) {
  const reply = await page.evaluate(() => globalThis.labBridge.call('runs:list'))
  if (!reply.ok) throw new Error(reply.failure.message)
  const made = reply.value.runs.filter(({ experimentId }) => experimentId.startsWith('synthetic-'))
  if (made.length !== curves) throw new Error(`Expected ${curves} made-up runs, found ${made.length}`)
  return made.map(({ id }) => id)
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

/** Presses buttons in turns. From each press to the end of the frame that shows what it did. */
async function measure(page, ...names) {
  const buttons = names.map((name) =>
    page.getByRole('main').locator(`:is(button, [role=radio]):text-is("${name}")`).first(),
  )
  const times = []
  for (let i = 0; i < TIMES; i++) {
    times.push(await buttons[i % buttons.length].evaluate(drawn))
  }
  const sorted = times.sort((a, b) => a - b)
  return { 'median ms': Math.round(sorted[TIMES / 2]), 'longest ms': Math.round(sorted[TIMES - 1]) }
}

/** In the page. What is posted in a frame runs when that frame has been drawn. */
async function drawn(button) {
  const pictures = () => [...document.querySelectorAll('main canvas')].map((canvas) => canvas.toDataURL())
  const before = pictures().join()
  const begin = performance.now()
  button.click()
  await new Promise((then) => requestAnimationFrame(() => setTimeout(then)))
  const took = performance.now() - begin
  const first = pictures().join()
  if (first === before) throw new Error(`Nothing was drawn after a press on ${button.textContent}`)
  await new Promise((then) => setTimeout(then, 400)) // a picture that moves on was not the last one
  if (pictures().join() !== first) throw new Error(`${button.textContent}: the first frame is not the whole picture`)
  return took
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
