// npm run bench:frames [seconds]: how smoothly the window draws while 70,000 pictures and the 10,000 tiles of Inspect are scrolled, and while all cores train. Wants `npm run build`, Electron and a display.
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron } from 'playwright-core'

const root = resolve(import.meta.dirname, '..')
const seconds = Number(process.argv[2] ?? 20)
const LAYERS = [256, 512, 128]
const NETWORK = '784-256-512-128-10, ReLU, Adam, minibatches of 64'

const folder = mkdtempSync(join(tmpdir(), 'perceptron-lab-frames-'))
const app = await open()
try {
  const page = await app.firstWindow()
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  const idle = await measureFrames(page)
  const browsing = await browse(page)
  const inspecting = await inspect(page)
  await page.evaluate(train, { layers: LAYERS, epochs: 10_000 })
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Live', exact: true }).click()
  await page.getByRole('img', { name: /loss/i }).first().waitFor({ timeout: 120_000 }) // the curve grows from now on
  const training = await measureFrames(page)
  console.log(`Frames, ${seconds} s each, ${availableParallelism()} cores; ${NETWORK}, all threads`)
  console.table({ idle, ...browsing, ...inspecting, training })
} finally {
  const closed = app.waitForEvent('close')
  await app.evaluate(({ app: electron }) => electron.exit()).catch(() => undefined) // gone before it answers
  await closed
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }) // its helpers may still be writing
}

function open() {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const own = { NODE_ENV: 'production', PERCEPTRON_LAB_WORKSPACE: join(folder, 'workspace'), XDG_DATA_HOME: folder }
  return _electron.launch({
    args: [root, `--user-data-dir=${join(folder, 'profile')}`],
    cwd: root,
    env: { ...env, ...own },
  })
}

/** All of MNIST, scrolled as with a wheel that never rests: in the usual size, and in the smallest one. */
async function browse(page) {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Data', exact: true }).click()
  const slider = page.getByRole('slider', { name: 'Size of the pictures' })
  const found = {}
  await slider.waitFor()
  for (const key of ['', 'Home']) {
    if (key) await slider.press(key)
    await page.getByRole('listbox', { name: 'Samples' }).hover()
    const size = await slider.getAttribute('aria-valuetext')
    found[`scrolling, ${size}`] = await measureFrames(page, () => page.mouse.wheel(0, 120))
  }
  return found
}

/** What a model makes of the 10,000 test images, all of them as tiles. */
async function inspect(page) {
  await page.evaluate(train, { layers: [16], epochs: 1 })
  const run = await page.evaluate(lastFinished)
  await page.evaluate((id) => (location.hash = `#/inspect?run=${id}&tab=gallery&show=all`), run)
  const tiles = page.getByRole('listbox', { name: 'Samples' })
  await tiles.waitFor()
  await tiles.hover()
  return { 'scrolling, gallery': await measureFrames(page, () => page.mouse.wheel(0, 120)) }
}

/** In the page: one run. */
async function train({ layers, epochs }) {
  const experiment = {
    version: 1,
    title: 'Frames',
    dataset: { name: 'mnist' },
    network: { layers: layers.map((units) => ({ units, activation: 'relu' })) },
    training: { optimizer: { kind: 'adam' }, epochs, evaluation: { every: { steps: 100 } } },
  }
  const reply = await globalThis.labBridge.call('runs:enqueue', experiment, null)
  if (!reply.ok) throw new Error(reply.failure.message)
}

/** In the page: id of the run that has just been queued, when it has ended. */
async function lastFinished() {
  for (;;) {
    const { value } = await globalThis.labBridge.call('runs:list')
    const [run] = value.runs.filter(({ status }) => status === 'finished')
    if (run) return run.id
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
}

/** Times from frame to frame, while somebody acts: moves the pointer over the page, if nothing else is said. */
async function measureFrames(page, act = (i) => page.mouse.move(300 + 5 * (i % 100), 300 + 2 * (i % 70))) {
  const intervals = page.evaluate(async (limit) => {
    const times = []
    const end = performance.now() + limit
    for (let now = performance.now(); now < end;) {
      now = await new Promise((resolve) => requestAnimationFrame(resolve))
      times.push(now)
    }
    return times.slice(1).map((time, i) => time - times[i])
  }, seconds * 1000)
  let done = false
  void intervals.finally(() => (done = true))
  for (let i = 0; !done; i++) await act(i)
  const sorted = (await intervals).sort((a, b) => a - b)
  const at = (share) => Number(sorted[Math.floor(share * (sorted.length - 1))].toFixed(1))
  return { frames: sorted.length, 'median ms': at(0.5), 'p95 ms': at(0.95), 'p99 ms': at(0.99), 'longest ms': at(1) }
}
