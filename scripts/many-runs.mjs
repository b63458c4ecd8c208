// node scripts/many-runs.mjs WORKSPACE [runs] [epochs]: fills a workspace with runs that nobody trained, made from the first one
// that finished there (`perceptron-lab run first-steps --quick --workspace WORKSPACE`), to see how the lab does with many.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

const [workspace, runs = '5000', epochs = '20'] = process.argv.slice(2)
if (!workspace || !/^\d+$/.test(runs) || !/^\d+$/.test(epochs)) {
  throw new Error('Expected: node scripts/many-runs.mjs WORKSPACE [runs] [epochs]')
}

const folder = join(workspace, 'runs')
const template = findTemplate()
const ACTIVATIONS = ['relu', 'sigmoid', 'tanh']
const SEEDS = 5
/** Configurations of one experiment. */
const EXPERIMENT = 12

for (let n = 0; n < Number(runs); n++) writeRun(n)
console.log(`${runs} runs in ${folder}`)

function findTemplate() {
  for (const name of readdirSync(folder)) {
    const record = JSON.parse(readFileSync(join(folder, name, 'run.json'), 'utf8'))
    if (record.status === 'finished') return { ...record, model: null }
  }
  throw new Error(`No run has finished in ${workspace}: train one first`)
}

function writeRun(n) {
  const replicate = n % SEEDS
  const place = Math.floor(n / SEEDS)
  const index = place % EXPERIMENT
  const experiment = Math.floor(place / EXPERIMENT)
  const [units, activation] = [16 * 2 ** (index % 4), ACTIVATIONS[Math.floor(index / 4)]]
  const createdAt = new Date(Date.UTC(2026, 0, 1) + experiment * 3_600_000).toISOString()
  const id = `${createdAt.replace(/\D/g, '').replace(/^(\d{8})(\d{6})(\d{3})$/, '$1-$2-$3')}-${String(n).padStart(5, '0')}-5eed00`
  const history = Array.from({ length: Number(epochs) }, (_, i) => evaluation(i + 1, n))
  const title = `Synthetic study ${experiment + 1}`
  const levels = { Units: String(units), Activation: activation }
  const record = {
    ...template,
    ...{ id, createdAt, startedAt: createdAt, endedAt: createdAt, experimentId: `synthetic-${experiment}`, replicate },
    experiment: experimentOf(title, units, activation),
    configuration: { index, label: `${units} · ${activation}`, levels },
    measured: measured(history),
  }
  mkdirSync(join(folder, id, 'checkpoints'), { recursive: true })
  writeFileSync(join(folder, id, 'run.json'), JSON.stringify(record, null, 2))
  const lines = [line('history', { version: 1 }), ...history.map((at) => line('evaluation', at))]
  writeFileSync(join(folder, id, 'history.jsonl'), lines.join(''))
}

function experimentOf(title, units, activation) {
  const { network, training } = template.experiment
  return {
    ...template.experiment,
    title,
    network: { ...network, layers: [{ units, activation }] },
    training: { ...training, epochs: Number(epochs) },
  }
}

/** Numbers that differ from run to run and are the same each time. */
function evaluation(epoch, n) {
  const noise = ((n * 2_654_435_761) % 1000) / 10_000
  const jitter = ((epoch * 40_503 + n * 65_537) % 997) / 50_000 // no two epochs of a real training lie on a line
  const score = (count, loss) => ({ loss, correct: Math.round(count * (1 - loss / 3)), count })
  return {
    ...{ epoch, step: epoch * 100, seconds: epoch * 1.5, epochSeconds: 1.5 + noise },
    train: score(1000, 0.8 / epoch + noise / 2 + jitter / 4),
    validation: score(500, 0.9 / epoch + noise + jitter + (epoch / Number(epochs)) * 0.05),
  }
}

function measured(history) {
  const best = history.reduce((low, at) => (at.validation.loss < low.validation.loss ? at : low))
  const seconds = history.map((at) => at.epochSeconds)
  return {
    evaluations: history.length,
    last: history.at(-1),
    lowestTestLoss: null,
    bestValidation: { epoch: best.epoch, score: best.validation, train: best.train },
    secondsPerEpoch: { median: seconds[0], min: Math.min(...seconds), max: Math.max(...seconds) },
  }
}

function line(kind, value) {
  const body = JSON.stringify(value)
  return `{"crc32":"${crc32(body).toString(16).padStart(8, '0')}","${kind}":${body}}\n`
}
