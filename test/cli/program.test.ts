import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Environment } from '../../src/cli/environment'
import { EXIT } from '../../src/cli/exit-codes'
import { runCommandLine } from '../../src/cli/program'
import { LabError } from '#shared/errors'
import { experimentSchema, type Experiment } from '#shared/experiment'
import type { QueueOrder } from '#shared/queue-orders'
import type { RunId, RunProgress } from '#shared/run'
import { fakeLab, validatedAt, type FakeLab } from './fake-lab'

const experiment = {
  version: 1,
  title: 'Small',
  dataset: { name: 'mnist' },
  network: { layers: [{ units: 32, activation: 'relu' }] },
  training: { optimizer: { kind: 'adam' }, epochs: 2 },
}

let folder: string
let out: string
let told: string
let interrupt: () => void
let opened: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-cli-'))
  out = told = ''
  opened = 0
})

function run(args: string[], lab: FakeLab = fakeLab((each, id) => each.end(id, 'finished'))): Promise<number> {
  const environment: Environment = {
    version: '1.2.3',
    resources: resolve('resources'),
    renderer: folder,
    workspace: folder,
    openLab: () => {
      opened++
      return Promise.resolve(lab)
    },
    output: {
      write: (text) => (out += text),
      tell: (text) => (told += text),
      isTerminal: false,
      width: 80,
      height: 24,
    },
    onInterrupt(listener) {
      interrupt = listener
      return () => undefined
    },
  }
  return runCommandLine(args, environment)
}

function file(content: unknown): string {
  const path = join(folder, 'experiment.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const lastLine = () => JSON.parse(out.trim().split('\n').at(-1) ?? '') as unknown

describe('what is not on the command line', () => {
  test('an unknown flag is an error with a suggestion', async () => {
    expect(await run(['run', 'two-networks-mnist', '--sed', '3'])).toBe(EXIT.usage)
    expect(told).toContain('--seed')
    expect(opened).toBe(0)
  })

  test('an unknown command is an error with a suggestion', async () => {
    expect(await run(['rnus'])).toBe(EXIT.usage)
    expect(told).toContain('runs')
  })

  test.each([
    [['run', 'two-networks-mnist', '--threads', '0']],
    [['run', 'two-networks-mnist', '--epochs', '1.5']],
    [['run', 'two-networks-mnist', '--seed', '-1']],
    [['run', 'two-networks-mnist', '--set', 'training.epochs']],
    [['run', 'two-networks-mnist', '--progress']],
    [['resume']],
    [['compare', 'a', '--out', 'x.svg']],
    [['compare', 'a', '--metric', 'tset-loss', '--out', 'x.svg']],
    [['compare', 'a', '--metric', 'test-loss', '--x', 'hours', '--out', 'x.svg']],
    [['compare', 'a', '--metric', 'test-loss', '--out', 'x.gif']],
    [['compare', 'a', '--metric', 'test-loss', '--width', '0.5', '--out', 'x.svg']],
    [['compare', 'a', '--metric', 'test-loss', '--height', '201', '--out', 'x.svg']],
    [['compare', 'a', '--metric', 'test-loss', '--title', 'x'.repeat(301), '--out', 'x.svg']],
    [['runs', '--workspace', '']],
    [['serve', '--port', '70000']],
    [['run']],
  ])('%j is refused before a lab is opened', async (args) => {
    expect(await run(args)).toBe(EXIT.usage)
    expect(told).not.toBe('')
    expect(opened).toBe(0)
  })

  test('help and version are not errors', async () => {
    expect(await run(['--help'])).toBe(EXIT.ok)
    expect(out).toContain('Exit codes:')
    expect(await run(['--version'])).toBe(EXIT.ok)
    expect(out).toContain('1.2.3')
  })
})

describe('run', () => {
  test('ends with the summary line that programs read', async () => {
    expect(await run(['run', file(experiment), '--json'])).toBe(EXIT.ok)
    expect(lastLine()).toEqual({
      type: 'summary',
      runs: [
        {
          id: '20260101-000000-0',
          directory: '/workspace/runs/20260101-000000-0',
          status: 'finished',
          parameters: 25_450,
          epochs: 1,
          final: { trainLoss: 0.1, trainAccuracy: 58 / 60, testLoss: 0.125, testAccuracy: 0.97 },
          secondsPerEpoch: { median: 1.5, min: 1.4, max: 1.6 },
          threads: 1,
          weightsSha256: 'a'.repeat(64),
        },
      ],
    })
  })

  test('every line of --json is JSON', async () => {
    await run(['run', file(experiment), '--json'])
    const types = out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type)
    expect(types).toEqual(['evaluation', 'ended', 'summary'])
  })

  test('--progress adds the progress to the JSON lines, and is refused without them', async () => {
    const progress: Partial<RunProgress> = { step: 469, steps: 938, learningRate: 0.01 }
    const lab = fakeLab((each, id) => {
      // once the command knows its runs: progress that comes before is not worth keeping
      setImmediate(() => {
        each.emit('runs:progress', { ...progress, id } as RunProgress)
        each.end(id, 'finished')
      })
    })
    expect(await run(['run', file(experiment), '--json', '--progress'], lab)).toBe(EXIT.ok)
    expect(out.split('\n').map((line) => line && (JSON.parse(line) as object))).toContainEqual({
      type: 'progress',
      run: '20260101-000000-0',
      ...progress,
    })
    expect(await run(['run', file(experiment), '--progress'])).toBe(EXIT.usage)
  })

  test('the validation part is in the table and in the summary where there is one', async () => {
    const lab = () => fakeLab((each, id) => each.end(id, 'finished', validatedAt(1)))
    await run(['run', file(experiment)], lab())
    expect(out).toMatch(/val\. loss +val\. acc\..*\n.*0\.2500 +90\.00 %/)
    await run(['run', file(experiment), '--json'], lab())
    expect(lastLine()).toMatchObject({ runs: [{ final: { validationLoss: 0.25, validationAccuracy: 0.9 } }] })
  })

  test('a squared error is not said to be in nats', async () => {
    await run(['run', file(experiment), '--set', 'training.loss=squared-error'])
    expect(out).toContain('half the squared error')
    expect(out).not.toContain('nats')
  })

  test('initial weights are named as seen from the experiment file, those of --set from here', async () => {
    const weights = (args: string[], content: object) => {
      const lab = fakeLab((each, id) => each.end(id, 'finished'))
      return run(['run', file(content), ...args], lab).then(() => {
        const sent = lab.asked.find((each) => each.name === 'runs:enqueue')?.args[0] as Experiment
        return sent
      })
    }
    const named = { ...experiment, training: { ...experiment.training, initialWeights: 'start.safetensors' } }
    expect((await weights([], named)).training.initialWeights).toBe(join(folder, 'start.safetensors'))
    const levels = ['a', 'b'].map((label) => ({ label, set: { 'training.initialWeights': `${label}.safetensors` } }))
    const varied = await weights([], { ...experiment, factors: [{ name: 'Start', levels }] })
    expect(varied.factors[0]?.levels[1]?.set).toEqual({ 'training.initialWeights': join(folder, 'b.safetensors') })
    const set = await weights(['--set', 'training.initialWeights=here.safetensors'], experiment)
    expect(set.training.initialWeights).toBe(resolve('here.safetensors'))
  })

  test('flags change the experiment, later ones on top', async () => {
    const lab = fakeLab((each, id) => each.end(id, 'finished'))
    const flags = ['--set', 'training.optimizer.learningRate=0.01', '--set', 'network.layers[0].activation=sigmoid']
    await run(['run', file(experiment), ...flags, '--epochs', '7', '--threads', '2', '--seed', '5'], lab)
    const sent = lab.asked.find((each) => each.name === 'runs:enqueue')?.args[0] as Experiment
    expect(sent.training).toMatchObject({ epochs: 7, optimizer: { learningRate: 0.01 } })
    expect(sent.network.layers[0]?.activation).toBe('sigmoid')
    expect(sent.seeds).toEqual({ split: 5, init: 5, shuffle: 5, dropout: 5 })
    expect(sent.threads).toBe(2)
  })

  test('a value that --set cannot give is refused with its path', async () => {
    expect(await run(['run', file(experiment), '--set', 'network.layers[0].units=many'])).toBe(EXIT.badData)
    expect(told).toContain('network.layers[0].units: 1 … 16384, got "many"')
    expect(opened).toBe(0)
  })

  test.each([
    ['two-networks-mnist', 'network.layers[0].units=10'],
    ['two-networks-mnist', 'network.layers=[]'],
    ['adam-or-sgd', 'training.optimizer.learningRate=0.5'],
  ])('%s refuses %s, which its factor sets for every run', async (preset, assignment) => {
    expect(await run(['run', preset, '--set', assignment])).toBe(EXIT.usage)
    expect(told).toContain('would change nothing')
    expect(opened).toBe(0)
  })

  test('a field that a factor sets in some of its levels may be changed for the others', async () => {
    const levels = [
      { label: 'as it is', set: {} },
      { label: 'longer', set: { 'training.epochs': 9 } },
    ]
    const lab = fakeLab((each, id) => each.end(id, 'finished'))
    const path = file({ ...experiment, factors: [{ name: 'Length', levels }] })
    expect(await run(['run', path, '--epochs', '4'], lab)).toBe(EXIT.ok)
    expect(lab.runs.map((each) => each.epochs)).toEqual([4, 9])
  })

  test('replicates are told apart', async () => {
    await run(['run', file({ ...experiment, replicates: 2 })])
    for (const text of [out, told]) {
      expect(text).toContain('784-32-10 · replicate 1')
      expect(text).toContain('784-32-10 · replicate 2')
    }
  })

  test('a file with a byte order mark is read', async () => {
    expect(await run(['validate', file(`\uFEFF${JSON.stringify(experiment)}`)])).toBe(EXIT.ok)
  })

  test('a file that is far too large is refused and not read to its end', async () => {
    expect(await run(['validate', file(' '.repeat(5 * 1024 * 1024))])).toBe(EXIT.badData)
    expect(told).toContain('more than 4194304 bytes')
  })

  test('what a file holds cannot steer the terminal', async () => {
    expect(await run(['validate', file({ ...experiment, 'x\u001b[2J': 1 })])).toBe(EXIT.badData)
    expect(told).toContain('x\uFFFD[2J: not a field')
    expect(told).not.toContain('\u001b')
  })

  test('the preset of the two networks makes two runs, shorter with --quick', async () => {
    const lab = fakeLab((each, id) => each.end(id, 'finished'))
    expect(await run(['run', 'two-networks-mnist', '--quick', '--json'], lab)).toBe(EXIT.ok)
    expect(lab.runs.map((each) => each.parameters)).toEqual([137_080, 543_860])
    expect(lab.runs[0]?.epochs).toBeLessThan(50)
    expect(lab.asked.find((each) => each.name === 'runs:enqueue')?.args[1]).toBe('two-networks-mnist')
  })

  test('a variant is the preset with its changes, and --quick shortens it too', async () => {
    const lab = fakeLab((each, id) => each.end(id, 'finished'))
    expect(await run(['run', 'logistic-regression-mnist', '--variant', 'as-run', '--quick'], lab)).toBe(EXIT.ok)
    const [sent, presetId] = lab.asked.find((each) => each.name === 'runs:enqueue')?.args ?? []
    expect(sent).toMatchObject({ training: { mistake: 'softmax-twice', epochs: 3 } })
    expect(presetId).toBe('logistic-regression-mnist')
  })

  test.each([
    ['a variant that no preset has', ['adam-or-sgd', '--variant', 'as-told'], 'as-reported, as-run, corrected'],
    ['a variant that this preset lacks', ['adam-or-sgd', '--variant', 'as-run'], 'one of as-reported, corrected'],
    ['a variant of a preset that has none', ['first-steps', '--variant', 'corrected'], 'leave the variant out'],
    ['a variant of a file', ['some.json', '--variant', 'corrected'], '--variant is for presets'],
  ])('%s is refused', async (_, args, message) => {
    expect(await run(['run', ...args])).toBe(EXIT.usage)
    expect(told).toContain(message)
    expect(opened).toBe(0)
  })

  test('a run that failed makes the command fail', async () => {
    const lab = fakeLab((each, id) => each.end(id, 'failed'))
    expect(await run(['run', file(experiment)], lab)).toBe(EXIT.failed)
  })

  test('Ctrl-C stops every run, keeps what was done and says so', async () => {
    const lab = fakeLab(() => interrupt())
    expect(await run(['run', file(experiment), '--json'], lab)).toBe(EXIT.interrupted)
    expect(lastLine()).toMatchObject({ runs: [{ status: 'stopped' }] })
    expect(lab.isClosed).toBe(true)
  })

  test('an unknown preset is answered with those that there are', async () => {
    expect(await run(['run', 'two-network-mnist'])).toBe(EXIT.notFound)
    expect(told).toContain('two-networks-mnist')
  })

  test.each([
    ['a file that is not there', 'missing.json', undefined, EXIT.notFound],
    ['a file that is not JSON', undefined, '{ "version": 1,', EXIT.badData],
    ['an experiment with a misspelt field', undefined, { ...experiment, tilte: 'x' }, EXIT.badData],
  ])('%s is an error without a stack', async (_, name, content, code) => {
    const path = name ? join(folder, name) : file(content)
    expect(await run(['run', path])).toBe(code)
    expect(told).toMatch(/^perceptron-lab: /)
    expect(told).not.toContain('    at ')
  })
})

describe('resume', () => {
  const stopped = async () => {
    let status: 'stopped' | 'finished' = 'stopped'
    const lab = fakeLab((each, id) => each.end(id, status))
    await run(['run', file({ ...experiment, replicates: 2 })], lab)
    status = 'finished'
    out = told = ''
    return lab
  }

  test('lets runs go on and ends as run does', async () => {
    const lab = await stopped()
    expect(await run(['resume', '20260101-000000-0', '20260101-000000-1', '--json'], lab)).toBe(EXIT.ok)
    expect(lab.asked.find((each) => each.name === 'runs:resume')?.args).toEqual([
      ['20260101-000000-0', '20260101-000000-1'],
    ])
    expect(lastLine()).toMatchObject({ type: 'summary', runs: [{ status: 'finished' }, { status: 'finished' }] })
  })

  test('a run that is named twice goes on once', async () => {
    const lab = await stopped()
    expect(await run(['resume', '20260101-000000-0', '20260101-000000-0'], lab)).toBe(EXIT.ok)
    expect(lab.asked.find((each) => each.name === 'runs:resume')?.args).toEqual([['20260101-000000-0']])
  })

  test('says why a run cannot go on', async () => {
    const lab = fakeLab((each, id) => each.end(id, 'finished'))
    await run(['run', file(experiment)], lab)
    told = ''
    expect(await run(['resume', '784-32-10'], lab)).toBe(EXIT.failed)
    expect(told).toContain('has finished')
  })

  test('a run that is not there is not found', async () => {
    expect(await run(['resume', 'nothing'])).toBe(EXIT.notFound)
  })
})

describe('runs, show and compare', () => {
  const finished = async () => {
    const lab = fakeLab((each, id) => each.end(id, 'finished'))
    await run(['run', file(experiment)], lab)
    out = told = ''
    return lab
  }

  test('an empty workspace says what to do', async () => {
    expect(await run(['runs'])).toBe(EXIT.ok)
    expect(out).toContain('perceptron-lab run')
  })

  test('runs lists them as JSON', async () => {
    const lab = await finished()
    expect(await run(['runs', '--json'], lab)).toBe(EXIT.ok)
    expect(JSON.parse(out)).toMatchObject([{ id: '20260101-000000-0', status: 'finished' }])
  })

  test('runs tells of folders that cannot be read', async () => {
    const lab = fakeLab()
    const problem = { folder: 'broken', message: 'runs/broken/run.json is damaged: it is not JSON' }
    lab.call = () => Promise.resolve({ revision: 1, runs: [], problems: [problem] } as never)
    expect(await run(['runs'], lab)).toBe(EXIT.ok)
    expect(told).toContain(problem.message)
  })

  test.each(['20260101-000000-0', '2026', '784-32-10'])('show finds a run as "%s"', async (name) => {
    const lab = await finished()
    expect(await run(['show', name], lab)).toBe(EXIT.ok)
    expect(out).toContain('97.00 % (9,700 of 10,000)')
  })

  test('a run that is not there is not found', async () => {
    expect(await run(['show', 'nothing'], await finished())).toBe(EXIT.notFound)
  })

  test('the beginning of two runs names neither', async () => {
    const lab = fakeLab((each, id) => each.end(id, 'finished'))
    await run(['run', file({ ...experiment, replicates: 2 })], lab)
    expect(await run(['show', '2026'], lab)).toBe(EXIT.notFound)
    expect(told).toContain('2 runs')
  })

  test('a figure that cannot be written says why', async () => {
    const flags = ['--metric', 'test-loss', '--out', join(folder, 'nowhere', 'figure.svg')]
    expect(await run(['compare', '784-32-10', ...flags], await finished())).toBe(EXIT.failed)
    expect(told).toContain('there is no such folder')
  })

  test('compare writes the figure that the lab renders, in the format of the ending', async () => {
    const lab = await finished()
    const path = join(folder, 'figure.csv')
    const flags = ['--metric', 'train-loss,test-loss', '--metric', 'test-accuracy', '--x', 'step', '--out', path]
    expect(await run(['compare', '784-32-10', ...flags], lab)).toBe(EXIT.ok)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      format: 'csv',
      spec: { runs: ['20260101-000000-0'], panels: [['train-loss', 'test-loss'], ['test-accuracy']], x: 'step' },
    })
  })
})

test('a lab that cannot be opened is told in a line, with its exit code', async () => {
  const broken = fakeLab()
  broken.call = () => Promise.reject(new LabError('storage/denied', 'The workspace cannot be written'))
  expect(await run(['runs'], broken)).toBe(EXIT.failed)
  expect(told).toBe('perceptron-lab: The workspace cannot be written\n')
})

test('validate names every problem', async () => {
  const path = file({ ...experiment, threads: 0, title: '' })
  expect(await run(['validate', path])).toBe(EXIT.badData)
  expect(told).toContain('title: a title')
  expect(told).toContain('threads: 1 … 64, got 0')
})

test('the schema is JSON Schema with ranges and defaults', async () => {
  expect(await run(['schema'])).toBe(EXIT.ok)
  expect(JSON.parse(out)).toMatchObject({
    $schema: expect.stringContaining('json-schema.org') as string,
    properties: { training: { properties: { epochs: { type: 'integer', minimum: 1 } } } },
    required: ['version', 'title', 'dataset', 'network', 'training'],
  })
})

describe('queue', () => {
  test.each([
    [['queue', 'move', 'a']],
    [['queue', 'move', 'a', '--first', '--last']],
    [['queue', 'cancel']],
    [['queue', 'add']],
    [['queue', 'list', '--workspace', '']],
    [['queue', 'forward']],
    [['queue', 'run', '--progress']],
  ])('%j is refused before a lab is opened', async (args) => {
    expect(await run(args)).toBe(EXIT.usage)
    expect(opened).toBe(0)
  })

  /** A lab whose queue does as it is told, without one. */
  function lab(answer = { runs: [] as RunId[], programs: 0 }, resumed: readonly RunId[] = []) {
    const fake = fakeLab((each, id) => each.end(id, 'finished'))
    const orders: QueueOrder[] = []
    const call = fake.call.bind(fake) as (name: string, ...args: unknown[]) => Promise<unknown>
    fake.call = ((name: string, ...args: unknown[]) => {
      if (name === 'queue:resume-all') return Promise.resolve({ resumed, refused: [] })
      if (name !== 'queue:order') return call(name, ...args)
      orders.push(args[0] as QueueOrder)
      return Promise.resolve(answer)
    }) as typeof fake.call
    return { fake, orders }
  }
  async function withRuns(count: number) {
    const test = lab()
    await test.fake.call('runs:enqueue', { ...experimentSchema.parse(experiment), replicates: count }, null)
    test.fake.runs.forEach((each, i) => Object.assign(each, { status: 'waiting', place: i + 1 }))
    return { ...test, ids: test.fake.runs.map((each) => each.id) }
  }

  test('add hands the experiment over with what the flags change, and says where it waits', async () => {
    const there = lab({ runs: ['a' as RunId, 'b' as RunId], programs: 1 })
    expect(await run(['queue', 'add', file(experiment), '--epochs', '7'], there.fake)).toBe(EXIT.ok)
    expect(there.orders).toMatchObject([{ do: 'add', presetId: null, experiment: { training: { epochs: 7 } } }])
    expect(out).toBe('2 runs at the end of the queue of the program that trains\na\nb\n')
    out = ''
    await run(['queue', 'add', file(experiment), '--json'], lab({ runs: ['a' as RunId], programs: 0 }).fake)
    expect(lastLine()).toEqual({ runs: ['a'], programs: 0 })
  })

  test('a label is all of its seeds; of those that are moved, the ones that wait', async () => {
    const { fake, orders, ids } = await withRuns(3)
    Object.assign(fake.runs[0], { status: 'running' })
    const label = fake.runs[0].label
    await run(['queue', 'move', label, '--last'], fake)
    await run(['queue', 'cancel', label], fake)
    await run(['queue', 'move', ids[2], '--before', ids[1]], fake)
    const sorted = (order: QueueOrder | undefined) => (order && 'runs' in order ? [...order.runs].sort() : [])
    expect(orders.map(({ do: what }) => what)).toEqual(['move', 'cancel', 'move'])
    expect(sorted(orders[0])).toEqual([ids[1], ids[2]])
    expect(sorted(orders[1])).toEqual(ids)
    expect(orders[2]).toEqual({ do: 'move', runs: [ids[2]], before: ids[1] })
  })

  test('pause and proceed say how many programs heard it', async () => {
    const { fake, orders } = lab({ runs: [], programs: 2 })
    await run(['queue', 'pause'], fake)
    await run(['queue', 'proceed', '--json'], fake)
    expect(orders).toEqual([{ do: 'pause' }, { do: 'proceed' }])
    expect(out).toBe('2 programs paused\n{"runs":[],"programs":2}\n')
  })

  test('run says so where nothing waits, and ends with 0', async () => {
    expect(await run(['queue', 'run'], lab().fake)).toBe(EXIT.ok)
    expect(out).toBe('Nothing waits on disk.\n')
  })
})
