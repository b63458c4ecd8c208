import { describe, expect, it } from 'vitest'
import { CALL_NAMES, type LabCalls } from '#shared/ipc'
import { CALL_ARGUMENTS } from '#lab/calls'
import type { FigureRequest, FigureRun } from '#shared/figure'
import type { RunId } from '#shared/run'
import { FakeHost, trainsThrough } from './support/fake-host'
import { openTestLab } from './support/open-test-lab'
import { experimentOfRuns, sampleExperiment } from './support/samples'
import { temporaryFolder } from './support/temporary-folder'

const NO_RUN = '20261121-000000-000-0000-000000' as RunId

async function aLab() {
  return openTestLab(await temporaryFolder(), new FakeHost(trainsThrough))
}

describe('answering a call from outside', () => {
  it('knows every call of the contract but the shell’s', () => {
    const ofTheLab = CALL_NAMES.filter((name) => !name.startsWith('shell:'))
    expect(Object.keys(CALL_ARGUMENTS).sort()).toEqual([...ofTheLab].sort())
  })

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'runs:unknown', 'shell:save', ''])(
    'refuses a name that is no call of the lab: %j',
    async (name) => {
      const { lab } = await aLab()
      const reply = await lab.answer(name, [])
      expect(reply).toMatchObject({ ok: false, failure: { code: 'call/unknown' } })
    },
  )

  it('refuses arguments that the call does not take, and says which', async () => {
    const { lab } = await aLab()
    const refused = async (name: keyof LabCalls, ...args: unknown[]) => {
      const reply = await lab.answer(name, args)
      expect(reply).toMatchObject({ ok: false, failure: { code: 'call/bad-arguments' } })
      return reply.ok ? '' : reply.failure.message
    }
    expect(await refused('runs:stop')).toContain('runs:stop')
    expect(await refused('runs:stop', '../../etc/passwd')).toContain('[0]: the id of a run')
    expect(await refused('runs:history', { toString: 'x' })).toContain('[0]')
    expect(await refused('runs:list', 1)).toContain('runs:list')
    expect(await refused('runs:remove', ['20261121-000000', 'C:\\runs'])).toContain('[0][1]: the id of a run')
    expect(await refused('settings:set', { threads: 1000 })).toContain('[0].threads: 0 … 64')
    expect(await refused('settings:set', { colour: 'red' })).toContain('colour')
    expect(await refused('runs:enqueue', {}, 7)).toContain('[1]')
    expect(await refused('figures:render', { format: 'exe' })).toContain('[0]')
    expect(await refused('workspace:open', 5)).toContain('[0]')
  })

  it.each(['runs:details', 'runs:history', 'runs:stop'] as const)(
    '%s of a run that is not there says so',
    async (name) => {
      const { lab } = await aLab()
      const reply = await lab.answer(name, [NO_RUN])
      expect(reply).toMatchObject({ ok: false, failure: { code: 'run/not-found' } })
    },
  )

  it('lists what is wrong with an experiment by its paths, and makes no run', async () => {
    const { lab } = await aLab()
    const broken = { ...sampleExperiment(), network: { layers: [{ units: 0, activation: 'relu' }] } }
    const reply = await lab.answer('runs:enqueue', [broken, null])
    expect(reply).toMatchObject({ ok: false, failure: { code: 'experiment/invalid' } })
    expect(reply.ok ? [] : reply.failure.details).toEqual([expect.stringContaining('network.layers[0].units')])
    expect((await lab.call('runs:list')).runs).toEqual([])
  })

  it('answers what the same call answers inside', async () => {
    const { lab } = await aLab()
    expect(await lab.answer('settings:get', [])).toEqual({ ok: true, value: await lab.call('settings:get') })
    expect(await lab.answer('app:info', [])).toMatchObject({
      ok: true,
      value: { version: '0.0.0-test', kernels: 'none' },
    })
  })
})

describe('the setting for 256-bit vectors', () => {
  async function aLabWithEngines() {
    const started: { wide: boolean; host: FakeHost }[] = []
    const first = new FakeHost()
    const test = await openTestLab(await temporaryFolder(), first, {
      startEngine: (wide) => {
        const host = new FakeHost(trainsThrough)
        host.facts = { ...host.facts, wideVectors: wide, remark: 'started anew' }
        started.push({ wide, host })
        return Promise.resolve(host)
      },
    })
    return { ...test, first, started }
  }

  it('starts the engine anew when nothing trains, and the next run says how it was trained', async () => {
    const { lab, first, started, whenEnded } = await aLabWithEngines()
    await lab.call('settings:set', { theme: 'dark' })
    expect(started).toEqual([])
    await lab.call('settings:set', { wideVectors: false })
    expect(started.map(({ wide }) => wide)).toEqual([false])
    expect(first.closeCalls).toBe(1)
    await lab.call('settings:set', { wideVectors: true })
    expect((await lab.call('app:info')).engine).toMatchObject({ wideVectors: true, remark: 'started anew' })
    const [id] = await lab.call('runs:enqueue', sampleExperiment(), null)
    await whenEnded(id)
    expect((await lab.call('runs:details', id)).machine).toMatchObject({ wideVectors: true, placement: 'in-process' })
  })

  it('waits for the next start of the lab while a run trains', async () => {
    const { lab, first, started } = await aLabWithEngines()
    await lab.call('runs:enqueue', sampleExperiment(), null)
    await first.started(0)
    expect((await lab.call('settings:set', { wideVectors: false })).wideVectors).toBe(false)
    expect([started.length, first.closeCalls]).toEqual([0, 0])
  })
})

describe('events', () => {
  it('reach every listener, also when one of them throws, until they are ended', async () => {
    const { lab } = await aLab()
    const seen: string[] = []
    const warned = new Promise((resolve) => process.once('warning', resolve))
    const end = lab.on('settings:changed', ({ theme }) => seen.push(theme))
    lab.on('settings:changed', () => {
      throw new Error('a listener that is broken')
    })
    lab.on('settings:changed', ({ theme }) => seen.push(theme))
    await lab.call('settings:set', { theme: 'dark' })
    end()
    await lab.call('settings:set', { theme: 'light' })
    expect(seen).toEqual(['dark', 'dark', 'light'])
    expect(await warned).toMatchObject({ message: 'a listener that is broken' })
  })
})

describe('figures:render', () => {
  it('draws from summaries, whole histories and machines of the runs, in the order of the request', async () => {
    const asked: { request: FigureRequest; runs: readonly FigureRun[] }[] = []
    const file = { name: 'figure.csv', mediaType: 'text/csv', bytes: new Uint8Array([1]) }
    const { lab, whenEnded } = await openTestLab(await temporaryFolder(), new FakeHost(trainsThrough), {
      renderFigure: (request, runs) => {
        asked.push({ request, runs })
        return Promise.resolve(file)
      },
    })
    const ids = await lab.call('runs:enqueue', experimentOfRuns(2), null)
    for (const id of ids) await whenEnded(id)
    const runs = [...ids].reverse()
    const spec = {
      runs,
      panels: [['test-loss']],
      x: 'epoch',
      logY: false,
      title: null,
      widthCm: 12,
      heightCm: 8,
    } as const
    expect(await lab.call('figures:render', { spec, format: 'csv' })).toBe(file)
    expect(asked[0]?.request).toEqual({ spec, format: 'csv' })
    expect(asked[0]?.runs.map((run) => [run.summary.id, run.history.length, run.machine?.kernels])).toEqual(
      runs.map((id) => [id, 3, 'none']),
    )
  })

  it('of a run that is not there says so', async () => {
    const { lab } = await aLab()
    const spec = {
      runs: [NO_RUN],
      panels: [['test-loss']],
      x: 'epoch',
      logY: false,
      title: null,
      widthCm: 12,
      heightCm: 8,
    } as const
    await expect(lab.call('figures:render', { spec, format: 'svg' })).rejects.toMatchObject({ code: 'run/not-found' })
  })
})
