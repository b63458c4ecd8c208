/** "In one LaTeX document": every kind of figure, as PDF and as source for pgfplots, compiled together. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createFigureRenderer } from '#lab/figures/render'
import { EVERY_FIGURE } from './every-figure'

const render = createFigureRenderer({ resources: resolve('resources') })
const missing = whatIsMissing()
const folder = mkdtempSync(join(tmpdir(), 'figures-latex-'))
const keepIn = process.env['FIGURES_TO'] // a folder for a person who wants to look at what comes out
afterAll(() => {
  if (keepIn) cpSync(folder, keepIn, { recursive: true })
  rmSync(folder, { recursive: true })
})

function whatIsMissing(): string | null {
  if (spawnSync('pdflatex', ['--version']).status !== 0) return 'pdflatex is not installed'
  if (spawnSync('kpsewhich', ['pgfplots.sty']).status !== 0) return 'pgfplots is not installed'
  return null
}

/** What pdflatex prints and how many pages come out. */
function compile(name: string, body: readonly string[]): { log: string; pages: number } {
  const lines = [
    '\\documentclass[a4paper]{article}',
    '\\usepackage[utf8]{inputenc}',
    '\\usepackage[T1]{fontenc}',
    '\\usepackage[margin=2cm]{geometry}',
    '\\usepackage{graphicx}',
    '\\usepackage{pgfplots}',
    '\\pgfplotsset{compat=1.16}',
    '\\begin{document}',
    ...body,
    '\\end{document}',
  ]
  writeFileSync(join(folder, `${name}.tex`), lines.join('\n'))
  const { status, stdout } = spawnSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', `${name}.tex`], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(status, stdout.slice(-3000)).toBe(0)
  const log = readFileSync(join(folder, `${name}.log`), 'utf8')
  return { log, pages: Number(/\((\d+) pages?,/.exec(log.replace(/\n/g, ''))?.[1]) }
}

describe(`figures in a LaTeX document${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  it.skipIf(missing !== null)(
    'every kind compiles, as PDF and as source for pgfplots, and is as wide as it should be',
    async () => {
      const body: string[] = []
      for (const { name, spec, runs } of EVERY_FIGURE) {
        for (const format of ['pdf', 'tex'] as const) {
          const { bytes } = await render({ spec, format }, runs)
          writeFileSync(join(folder, `${name}${format === 'tex' ? '-pgfplots.tex' : '.pdf'}`), bytes)
        }
        body.push(
          `\\noindent ${name}\\\\`,
          `\\includegraphics{${name}.pdf}`,
          `\\par\\noindent\\setbox0=\\hbox{\\input{${name}-pgfplots.tex}}\\typeout{WIDTH ${name} \\the\\wd0}\\box0`,
          '\\newpage',
        )
      }
      const { log, pages } = compile('document', body)
      expect(pages).toBe(EVERY_FIGURE.length)
      expect(log).not.toMatch(/^! |Undefined control sequence|pgfplots Warning|Missing character/m)
      for (const { name, spec } of EVERY_FIGURE) {
        const points = Number(new RegExp(`WIDTH ${name} ([\\d.]+)pt`).exec(log)?.[1])
        expect((points / 72.27) * 2.54, name).toBeCloseTo(spec.widthCm, 0.5)
      }
    },
    240_000, // pdflatex beside other tests
  )
})
