/**
 * One figure of each kind, over runs that nobody trained: what every export has to be able to write.
 */
import type { FigureRun, FigureSpec } from '#shared/figure'
import type { FigureStyle } from '#shared/figures/style'
import { madeUpRun, type MadeUp } from '../../shared/figures/made-up-runs'

function replicate(width: number, activation: string, seed: number, more: MadeUp = {}): FigureRun {
  const label = `${activation} · ${width}`
  const id = `run-${activation}-${width}-${seed}`
  const run = madeUpRun({
    id,
    label,
    epochs: 30,
    floor: 4 / width,
    seed: seed * 7 + width,
    replicate: seed,
    validated: true,
    layers: 3,
    ...more,
  })
  const index = [8, 64, 512].indexOf(width) * 2 + (activation === 'ReLU' ? 0 : 1)
  const configuration = { index, levels: { activation, width: String(width) } }
  return { ...run, summary: { ...run.summary, configuration } }
}

export const factorRuns: FigureRun[] = [8, 64, 512].flatMap((width) =>
  ['ReLU', 'sigmoid'].flatMap((activation) => [0, 1, 2].map((seed) => replicate(width, activation, seed))),
)
const two: FigureRun[] = [
  madeUpRun({ id: 'run-small', label: '784-150-120-10', seed: 3, validated: true }),
  madeUpRun({
    id: 'run-large',
    label: '784-500-250-100-10 & 50 %_{x}',
    seed: 8,
    secondsPerEpoch: 9.4,
    reducedData: true,
  }),
]

export interface NamedFigure {
  name: string
  spec: FigureSpec
  runs: readonly FigureRun[]
}

function figure(name: string, runs: readonly FigureRun[], change: Partial<FigureSpec>): NamedFigure {
  const spec: FigureSpec = {
    runs: runs.map((run) => run.summary.id),
    panels: [['test-loss']],
    x: 'epoch',
    logY: false,
    title: null,
    widthCm: 14,
    heightCm: 8,
    ...change,
  }
  return { name, spec, runs }
}

const styled = (name: string, style: FigureStyle, change: Partial<FigureSpec> = {}) =>
  figure(name, two, { widthCm: 8.6, heightCm: 6, style, ...change })

export const EVERY_FIGURE: readonly NamedFigure[] = [
  figure('curves', two, { title: 'Test loss of two networks: 100 % of $x_1$ & #2' }),
  figure('parts', two, { panels: [['train-loss', 'validation-loss', 'test-loss'], ['test-accuracy']], logY: true }),
  figure('bands', factorRuns, { by: 'configuration', band: 'ci95', x: 'seconds', logX: true }),
  figure('smooth', two, { smooth: { kind: 'ema', amount: 0.8 } }),
  figure('facets', factorRuns, { by: 'configuration', facets: ['width'], widthCm: 16, heightCm: 7 }),
  figure('gap', two.slice(0, 1), { panels: [['loss-gap']] }),
  figure('layers', factorRuns.slice(0, 1), { panels: [['gradient-norm']] }),
  figure('times', two, { panels: [['seconds-per-epoch']], heightCm: 5 }),
  figure('factor', factorRuns, { kind: 'factor', logX: true, factors: ['width', 'activation'] }),
  figure('factor-bars', factorRuns, {
    kind: 'factor',
    marks: 'bars',
    panels: [['test-error']],
    factors: ['width', 'activation'],
  }),
  figure('heat', factorRuns, { kind: 'heat', panels: [['test-accuracy']] }),
  figure('box', factorRuns, { kind: 'box', panels: [['test-accuracy']] }),
  figure('parallel', factorRuns, { kind: 'parallel' }),
  figure('gradients', factorRuns.slice(0, 1), { kind: 'gradients', panels: [['gradient-norm']] }),
  styled('gray-patterns', { palette: 'gray', lines: 'patterns', markers: 'none', legend: 'below', grid: false }),
  styled('serif-right', { font: 'serif', legend: 'right', fontSize: 7, lineWidth: 0.6 }),
  styled('direct', { legend: 'direct', names: { '784-150-120-10': 'small' }, labelX: 'Epochs → end' }),
  styled('inside', { legend: 'inside', rangeX: { min: 5, max: 30 }, rangesY: [{ min: 0.05, max: 0.25 }] }),
  styled('none', { legend: 'none' }, { title: 'Without a legend' }),
]
