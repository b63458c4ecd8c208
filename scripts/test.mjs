// `npm test`: build, types, lint, unit tests, then the end-to-end tests for which this machine has what they need.
// The last line counts honestly: "N passed, N failed", with what was skipped or left out named above it.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './build-stamp.mjs'
import { ensureBuilt } from './ensure-built.mjs'
import { canRunElectron, findChromium, findElectron, findProgram, hasDisplay } from './runtimes.mjs'

const REPORTS = join(root, 'test-results', 'reports')
/** A left-out suite is a failure: for machines that are set up to run all. */
const requiresAll = process.env.REQUIRE_E2E === '1'

const total = { passed: 0, failed: 0, skipped: 0 }
const leftOut = []

mkdirSync(REPORTS, { recursive: true })
const isBuilt = check('build', () => (ensureBuilt() ? 0 : 1))
check('types', () => failuresOf('npm', ['run', '--silent', 'types'], (text) => text.match(/error TS\d+/g)?.length))
check('lint', () => failuresOf('npm', ['run', '--silent', 'lint'], countLint))
vitest('unit', ['--project', 'unit', '--project', 'renderer'])
if (isBuilt) endToEnd()
report()

function endToEnd() {
  vitest('start', ['--project', 'e2e', 'test/e2e/start.test.ts'])
  const electron = electronCommand()
  if (electron.reason) leaveOut('the window (test/e2e/app.test.ts)', electron.reason)
  else vitest('window', ['--project', 'e2e', 'test/e2e/app.test.ts'], { wrapper: electron.wrapper })
  const chromium = findChromium()
  if (chromium) vitest('served', ['--project', 'e2e', 'test/e2e/served.test.ts'], { env: { CHROMIUM_PATH: chromium } })
  else leaveOut('the served door (test/e2e/served.test.ts)', 'no Chromium was found; CHROMIUM_PATH names one')
}

/** What to put in front of the command so that Electron's window can open, or why it cannot. */
function electronCommand() {
  // Playwright asks the electron package, which knows of a folder and not of a file
  const { ELECTRON_EXEC_PATH: _file, ...env } = process.env
  const electron = findElectron(env)
  if (!electron) return { reason: 'Electron is not installed; ELECTRON_OVERRIDE_DIST_PATH names the folder of one' }
  if (!canRunElectron(electron)) return { reason: `Electron does not run here (${electron})` }
  if (hasDisplay()) return { wrapper: [] }
  const xvfb = findProgram('xvfb-run')
  if (xvfb) return { wrapper: [xvfb, '-a', '-s', '-screen 0 1600x1000x24'] }
  return { reason: 'there is no display, and no xvfb-run to make one' }
}

/** One step that is in order or not, with the number of its faults. */
function check(name, run) {
  heading(name)
  const startedAt = performance.now()
  const failures = run()
  total.failed += failures
  console.log(`${failures === 0 ? 'in order' : `${failures} failed`} (${seconds(startedAt)})`)
  return failures === 0
}

/** Runs a command, shows what it says, and counts its faults: at least one when it fails. */
function failuresOf(command, args, count) {
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, shell: isWindows() })
  const text = `${done.stdout ?? ''}${done.stderr ?? ''}`.replace(/^npm warn .*\n/gm, '').trim()
  if (text !== '') console.log(text)
  if (done.error) console.log(`${command} could not run: ${done.error.message}`)
  return done.status === 0 ? 0 : Math.max(1, count(text) ?? 0)
}

/** ESLint's own sum, or a line for each file that Prettier would write otherwise. */
function countLint(text) {
  const problems = /✖ (\d+) problems?/.exec(text)
  return problems ? Number(problems[1]) : text.match(/^\[warn\] .*\.\w+$/gm)?.length
}

function vitest(name, args, { wrapper = [], env = {} } = {}) {
  heading(name)
  const file = join(REPORTS, `${name}.json`)
  rmSync(file, { force: true })
  const tool = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const [command, ...rest] = [...wrapper, process.execPath, tool, 'run', ...args, ...reporters]
  const done = spawnSync(command, rest, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  const counts = countReport(file)
  // Errors outside of any test fail the run though each test passed.
  if (done.status !== 0 && counts.failed === 0) counts.failed = 1
  for (const key of Object.keys(total)) total[key] += counts[key]
}

function countReport(file) {
  if (!existsSync(file)) return { passed: 0, failed: 0, skipped: 0 }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(file, 'utf8'),
  )
  // a file that did not load, or whose set-up failed, has no test to count
  const broken = testResults.filter(({ status, assertionResults }) => {
    return status === 'failed' && !assertionResults.some((each) => each.status === 'failed')
  })
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests + (numTodoTests ?? 0),
  }
}

function leaveOut(suite, reason) {
  leftOut.push(`${suite}: ${reason}`)
  if (requiresAll) total.failed += 1
}

function report() {
  heading('result')
  for (const each of leftOut)
    console.log(`Left out: ${each}.${requiresAll ? ' REQUIRE_E2E=1 makes this a failure.' : ''}`)
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`)
  process.exitCode = total.failed === 0 ? 0 : 1
}

function heading(name) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 60 - name.length))}`)
}

function seconds(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
}

function isWindows() {
  return process.platform === 'win32' // npm is a script there
}
