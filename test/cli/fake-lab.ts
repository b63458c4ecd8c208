import type { Lab } from '#lab/lab'
import { LabError } from '#shared/errors'
import { expandExperiment } from '#shared/experiment-expand'
import type { EventName, LabCalls, LabEvents } from '#shared/ipc'
import { layerSizes, parameterCount } from '#shared/network'
import type { Evaluation, RunId, RunSummary } from '#shared/run'

export interface FakeLab extends Lab {
  readonly runs: RunSummary[]
  readonly asked: { name: string; args: unknown[] }[]
  emit<K extends EventName>(name: K, payload: LabEvents[K]): void
  /** Lets a run evaluate once and end. */
  end(id: RunId, status: RunSummary['status'], evaluation?: Evaluation): void
  isClosed: boolean
}

/** With what a run has whose split has a validation part. */
export function validatedAt(epoch: number): Evaluation {
  return { ...evaluationAt(epoch), validation: { loss: 0.25, correct: 450, count: 500 }, learningRate: 0.05 }
}

export function evaluationAt(epoch: number, correct = 9700): Evaluation {
  return {
    epoch,
    step: epoch * 938,
    seconds: epoch * 1.5,
    epochSeconds: 1.5,
    train: { loss: 0.1, correct: 58_000, count: 60_000 },
    test: { loss: 0.125, correct, count: 10_000 },
  }
}

/** A lab that trains nothing: tests decide what happens to its runs. `onEnqueue` hears of each new run. */
export function fakeLab(onEnqueue: (lab: FakeLab, id: RunId) => void = () => undefined): FakeLab {
  const listeners = new Map<string, Set<(payload: never) => void>>()
  let revision = 0
  const handlers: { [K in keyof LabCalls]?: LabCalls[K] } = {
    'runs:list': () => ({ revision, runs: [...lab.runs].reverse() }),
    'runs:details': (id) => ({
      summary: find(id),
      experiment: expandedBy.get(id) as never,
      machine: null,
      directory: `/workspace/runs/${id}`,
    }),
    'runs:history': (id) => (find(id).last ? [evaluationAt(1)] : []),
    'runs:stop': (id) => lab.end(id, 'stopped'),
    'runs:enqueue': (experiment, presetId) => {
      const plans = expandExperiment(experiment)
      const ids = plans.map((_, i) => `20260101-000000-${lab.runs.length + i}` as RunId)
      plans.forEach((plan, i) => {
        const sizes = layerSizes(plan.experiment)
        const id = ids[i]
        expandedBy.set(id, plan.experiment)
        lab.runs.push({
          id,
          status: 'waiting',
          reason: null,
          label: plan.configuration.label,
          title: experiment.title,
          experimentId: 'e',
          presetId,
          configuration: plan.configuration,
          replicate: plan.replicate,
          dataset: plan.experiment.dataset.name,
          reducedData: false,
          sizes,
          parameters: parameterCount(sizes, plan.experiment.network.bias),
          epochs: plan.experiment.training.epochs,
          last: null,
          lowestTestLoss: null,
          secondsPerEpoch: null,
          threads: 1,
          weightsSha256: null,
          createdAt: '2026-01-01T00:00:00Z',
          startedAt: null,
          endedAt: null,
          tags: [],
        })
      })
      queueMicrotask(() => ids.forEach((id) => onEnqueue(lab, id)))
      return ids
    },
    'runs:resume': (ids) => {
      for (const id of ids) {
        const run = find(id)
        if (run.status === 'finished') throw new LabError('run/has-finished', `"${run.label}" has finished`)
        lab.runs[lab.runs.indexOf(run)] = { ...run, status: 'waiting' }
      }
      queueMicrotask(() => ids.forEach((id) => onEnqueue(lab, id)))
    },
    'figures:render': (request) => ({
      name: `figure.${request.format}`,
      mediaType: 'text/plain',
      bytes: new TextEncoder().encode(JSON.stringify(request)),
    }),
  }
  const expandedBy = new Map<RunId, unknown>()
  function find(id: RunId): RunSummary {
    const run = lab.runs.find((each) => each.id === id)
    if (!run) throw new LabError('run/not-found', `no run ${id}`)
    return run
  }
  const lab: FakeLab = {
    runs: [],
    asked: [],
    isClosed: false,
    emit(name, payload) {
      for (const listener of listeners.get(name) ?? []) listener(payload as never)
    },
    end(id, status, evaluation = evaluationAt(1)) {
      const ended = {
        ...find(id),
        status,
        last: evaluation,
        secondsPerEpoch: { median: 1.5, min: 1.4, max: 1.6 },
        weightsSha256: 'a'.repeat(64),
      }
      lab.runs[lab.runs.indexOf(find(id))] = ended
      lab.emit('runs:evaluated', { id, evaluation })
      lab.emit('runs:changed', { revision: ++revision, changed: [ended], removed: [] })
    },
    answer: () => Promise.reject(new Error('the command line calls, it does not answer')),
    async call(name, ...args) {
      lab.asked.push({ name, args })
      const handler = handlers[name] as ((...args: unknown[]) => never) | undefined
      if (!handler) throw new Error(`the fake lab has no ${name}`)
      return await Promise.resolve(handler(...args))
    },
    on(name, listener) {
      const all = listeners.get(name) ?? new Set()
      listeners.set(name, all.add(listener))
      return () => all.delete(listener)
    },
    close() {
      lab.isClosed = true
      return Promise.resolve()
    },
  }
  return lab
}
