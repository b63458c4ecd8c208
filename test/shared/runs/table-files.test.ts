import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RunSummary } from '#shared/run'
import { REPORT_COLUMNS, tableCsv, type TableSpec } from '#shared/runs/table-files'
import { latexText, tableLatex } from '#shared/runs/table-latex'
import { aRun } from '../../renderer/samples'

/** As the table of presets.md, S4-11, has it: stop epoch, train loss and accuracy, validation loss and accuracy. */
const TRICKS = [
  ['Basic', 47, 0.0765, 0.9837, 0.2978, 0.9152],
  ['IW', 46, 0.01307, 0.9996, 0.1366, 0.9594],
  ['IS', 21, 0.0991, 0.9759, 0.3954, 0.8991],
  ['Momentum', 30, 0.062, 0.9866, 0.2954, 0.9191],
  ['IS + IW', 19, 0.0034, 1, 0.1411, 0.9639],
  ['All of them & more_', 16, 0.0017, 1, 0.1592, 0.9593],
] as const

const RUNS = TRICKS.map(([label, epoch, trainLoss, trainShare, loss, share], index): RunSummary => {
  const train = { loss: trainLoss, correct: Math.round(20_000 * trainShare), count: 20_000 }
  const validation = { loss, correct: Math.round(10_000 * share), count: 10_000 }
  return aRun({
    id: `run-00000${index}`,
    label,
    title: 'Tricks of the trade',
    configuration: { index, levels: {} },
    last: { epoch, step: 625 * epoch, seconds: epoch, epochSeconds: 1, train, validation },
    bestValidation: { epoch, score: validation, train },
  })
})
const SPEC: TableSpec = { runs: RUNS, columns: REPORT_COLUMNS, at: 'best', by: 'run' }

/** Three seeds of the first two rows. */
const SEEDS = RUNS.slice(0, 2).flatMap((run) =>
  [0, 1, 2].map((replicate): RunSummary => {
    const validation = { loss: 0.1 + 0.01 * replicate, correct: 9000 + 10 * replicate, count: 10_000 }
    return {
      ...run,
      id: `${run.id}${replicate}` as RunSummary['id'],
      replicate,
      last: run.last && { ...run.last, validation },
    }
  }),
)

/** Every number of every row with a deviation: the widest that a report would have. */
const WIDE = RUNS.flatMap((run) =>
  [0, 1, 2].map((replicate): RunSummary => {
    const score = { loss: 0.1 + 0.01 * replicate, correct: 9000 + 10 * replicate, count: 10_000 }
    const last = run.last && { ...run.last, epoch: 20 + replicate / 10, train: score, validation: score }
    return { ...run, id: `${run.id}${replicate}` as RunSummary['id'], replicate, last }
  }),
)

describe('the table as LaTeX', () => {
  it('has a row for each run, numbers for siunitx, and says at which epoch the values were taken', () => {
    const lines = tableLatex(SPEC)
      .split('\n')
      .map((line) => line.trim())
    expect(lines).toContain(
      '\\caption{Tricks of the trade: values at the best epoch (lowest validation loss). Losses are the mean per sample, in nats.}',
    )
    expect(lines).toContain(
      '\\begin{tabular}{l S[table-format=2.0] S[table-format=1.4] S[table-format=3.2] S[table-format=1.4] S[table-format=2.2]}',
    )
    const head = lines.indexOf('\\toprule')
    expect(lines.slice(head + 1, head + 4)).toEqual([
      ' &  & \\multicolumn{2}{c}{Training} & \\multicolumn{2}{c}{Validation} \\\\'.trim(),
      '\\cmidrule(lr){3-4} \\cmidrule(lr){5-6}',
      '{Run} & {Epoch} & {Loss} & {Acc. (\\%)} & {Loss} & {Acc. (\\%)} \\\\',
    ])
    expect(lines).toContain('Basic & 47 & 0.0765 & 98.37 & 0.2978 & 91.52 \\\\')
    expect(lines).toContain('IS + IW & 19 & 0.0034 & 100.00 & 0.1411 & 96.39 \\\\')
    expect(lines).toContain('All of them \\& more\\_ & 16 & 0.0017 & 100.00 & 0.1592 & 95.93 \\\\')
    expect(tableLatex({ ...SPEC, at: 'last' })).toContain('values at the last epoch')
  })

  it('gives replicates as mean and deviation, and says over how many seeds', () => {
    const text = tableLatex({ ...SPEC, runs: SEEDS, by: 'configuration', at: 'last' })
    expect(text).toContain('Mean $\\pm$ standard deviation over 3 seeds.')
    expect(text).toContain('Basic & 47 & 0.0765 & 98.37 & 0.1100(100) & 90.10(10) \\\\')
  })

  it('is set smaller, and with deviations in brackets at last, where it would be wider than the text', () => {
    const spec = { ...SPEC, runs: WIDE, by: 'configuration', at: 'last' } as const
    const narrow = tableLatex({ ...spec, columns: ['validation-loss'] })
    expect(narrow).toContain('separate-uncertainty = true')
    expect(narrow).not.toContain('\\small')
    expect(tableLatex({ ...spec, columns: ['epoch', 'train-loss', 'train-accuracy', 'validation-loss'] })).toContain(
      '\\small',
    )
    const wide = tableLatex(spec)
    expect(wide).toContain('separate-uncertainty = false')
    expect(wide).toContain('in brackets the standard deviation, in units of the last digit.')
  })

  it('names the seeds of each row where they are not the same for all', () => {
    const text = tableLatex({ ...SPEC, runs: SEEDS.slice(1), by: 'configuration', at: 'last' })
    expect(text).toContain('{Run} & {Seeds} & ')
    expect(text).toContain('over the seeds of each row')
    expect(text).toMatch(/Basic & 2 & 47 /)
  })

  it('writes dashes for what was not measured', () => {
    expect(tableLatex({ ...SPEC, runs: [aRun()] })).toContain('784-64-10 & {--} & {--} & {--} & {--} & {--} \\\\')
  })

  it('sets the signs of LaTeX, of mathematics and of other alphabets so that they cannot break it', () => {
    expect(latexText('50 % of $x_1$ {a} · ≤ −2 \\ 学')).toBe(
      '50 \\% of \\$x\\_1\\$ \\{a\\} $\\cdot$ $\\le$ $-$2 \\textbackslash{} ?',
    )
  })

  it('refuses a column that there is not', () => {
    expect(() => tableLatex({ ...SPEC, columns: ['accuracy'] })).toThrow(
      'There is no column "accuracy" in the run table',
    )
  })

  const missing = ['booktabs.sty', 'siunitx.sty'].filter((file) => spawnSync('kpsewhich', [file]).status !== 0)
  const reason = spawnSync('pdflatex', ['--version']).error
    ? 'pdflatex is not installed'
    : missing.length > 0
      ? `${missing.join(' and ')} not installed`
      : null
  if (reason) console.info(`The LaTeX tables are not compiled here: ${reason}`)

  it.skipIf(reason !== null)(
    'compiles with pdflatex as it is',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'table-'))
      onTestFinished(() => rmSync(folder, { recursive: true }))
      const wide = { ...SPEC, runs: WIDE, by: 'configuration', at: 'last' } as const
      const tables = [SPEC, { ...wide, runs: SEEDS }, wide, { ...wide, columns: ['epoch', 'train-loss'] }].map(
        tableLatex,
      )
      const preamble = '\\documentclass[a4paper]{article}\\usepackage{booktabs}\\usepackage{siunitx}\\begin{document}'
      writeFileSync(join(folder, 'table.tex'), `${preamble}\n${tables.join('\n')}\\end{document}\n`)
      const log = execFileSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', 'table.tex'], {
        cwd: folder,
        encoding: 'utf8',
      })
      expect(log).toContain('Output written on table.pdf')
      expect(log).not.toContain('Overfull')
    },
    60_000,
  )
})

describe('the table as CSV', () => {
  it('has all digits, shares from 0 to 1, and says at which epoch', () => {
    const [head, first] = tableCsv(SPEC).split('\r\n')
    expect(head).toBe('run,epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,values_at')
    expect(first).toBe('Basic,47,0.0765,0.9837,0.2978,0.9152,best')
  })

  it('has mean and deviation of replicates in columns of their own', () => {
    const [head, first] = tableCsv({
      ...SPEC,
      runs: SEEDS,
      by: 'configuration',
      at: 'last',
      columns: ['validation-accuracy', 'dataset'],
    }).split('\r\n')
    expect(head).toBe('run,seeds,validation_accuracy_mean,validation_accuracy_sd,dataset,values_at')
    expect(first).toMatch(/^Basic,3,0\.901\d*,0\.001\d*,mnist,last$|^Basic,3,0\.901,0\.00(1|09{3,})\d*,mnist,last$/)
  })

  it('keeps a label from being taken for a formula', () => {
    expect(tableCsv({ ...SPEC, runs: [aRun({ label: '=2+3' })], columns: [] })).toContain("'=2+3")
  })
})
