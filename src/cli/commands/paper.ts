/**
 * `graph` and `gradcheck`: gradients by hand, without a window. Neither opens a workspace.
 */
import { basename, resolve } from 'node:path'
import { LabError } from '#shared/errors'
import { ExpressionError, pointAt } from '#shared/expression/expression-error'
import { answersByName, checkAnswers } from '#shared/graph/check'
import { drawGraph } from '#shared/graph/drawing'
import { evaluateGraph, type Evaluation } from '#shared/graph/evaluate'
import { gradcheck, type GradcheckRow } from '#shared/graph/gradcheck'
import { parseGraph, type Graph } from '#shared/graph/graph'
import { graphLatex } from '#shared/graph/latex'
import { answerRow, reportOf, type AnswerRow, type GraphReport } from '#shared/graph/report'
import { drawingSizeCm, graphSvg } from '#shared/graph/svg'
import type { Environment, Output } from '../environment'
import { EXIT } from '../exit-codes'
import { readJson, saveFile } from '../files'
import { formatNumberOf, formatTable } from '../format'

export interface GraphOptions {
  at: Readonly<Record<string, number>>
  upstream: number
  /** By quantity (`y`, `dx1`), as typed. Null: nothing to check. */
  check: Readonly<Record<string, string>> | null
  json: boolean
  latex: boolean
  svg: string | null
  pdf: string | null
}

/** Ends with 1 if an answer is not right. */
export async function showGraph(environment: Environment, text: string, options: GraphOptions): Promise<number> {
  const { output } = environment
  const graph = readGraph(text)
  mustKnow(graph, options.at)
  const evaluation = evaluateGraph(graph, options.at, options.upstream)
  const report = reportOf(evaluation)
  const checks = options.check && checkAnswers(evaluation, answersByName(evaluation, options.check)).map(answerRow)
  await saveDrawings(environment, text, evaluation, options)
  if (options.json) output.write(`${JSON.stringify({ ...report, ...(checks && { checks }) })}\n`)
  else if (options.latex) output.write(graphLatex(evaluation))
  else output.write(`${graphTable(report)}${checks ? `\n${checkTable(checks)}` : ''}`)
  return checks?.some(({ verdict }) => verdict !== 'right') ? EXIT.failed : EXIT.ok
}

async function saveDrawings(
  { output, resources }: Environment,
  text: string,
  evaluation: Evaluation,
  { svg: svgPath, pdf: pdfPath }: GraphOptions,
): Promise<void> {
  if (svgPath === null && pdfPath === null) return
  const drawing = drawGraph(evaluation)
  const description = `Computational graph of ${text}: values above the edges, gradients below.`
  const svg = graphSvg(drawing, { title: text, description })
  if (svgPath !== null) await saveDrawing(output, svgPath, svg)
  if (pdfPath !== null) {
    const { renderPicture } = await import('#lab/figures/picture') // loads no chart library
    const picture = { name: basename(pdfPath), svg, ...drawingSizeCm(drawing), format: 'pdf' } as const
    await saveDrawing(output, pdfPath, (await renderPicture(picture, resources)).bytes)
  }
}

async function saveDrawing(output: Output, file: string, content: string | Uint8Array): Promise<void> {
  const path = resolve(file)
  await saveFile(path, content)
  output.tell(`Wrote ${path}\n`)
}

/** With the place under the text, which a terminal shows in a fixed width. */
function readGraph(text: string): Graph {
  try {
    return parseGraph(text)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    throw new LabError(error.code, `${error.message}\n${pointAt(text, error.at)}`, { cause: error })
  }
}

/** A value for a name that is not there is a slip of the pen. */
function mustKnow({ inputs }: Graph, at: Readonly<Record<string, number>>): void {
  const unknown = Object.keys(at).find((name) => !inputs.some((input) => input.name === name))
  if (unknown === undefined) return
  const known = inputs.map(({ name }) => name).join(', ')
  throw new LabError(
    'graph/no-such-input',
    `--at ${unknown}: expected one of the inputs (${known || 'there are none'})`,
  )
}

const DIGITS = 8

function digits(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(DIGITS)))
}

function graphTable({ nodes, output, upstream, conventions }: GraphReport): string {
  const derived = upstream === 1 ? output : 'outside'
  const table = formatTable(
    nodes.filter(({ kind }) => kind !== 'constant'),
    [
      { title: 'node', text: ({ name }) => name },
      { title: 'expression', text: ({ expression }) => expression },
      { title: 'value', align: 'right', text: ({ value }) => digits(value) },
      { title: `d ${derived} / d node`, align: 'right', text: ({ gradient }) => digits(gradient) },
      { title: 'by differences', align: 'right', text: ({ numeric }) => digits(numeric) },
    ],
  )
  return `${table}${conventions.map(({ node, convention }) => `${node}: ${convention}\n`).join('')}`
}

function checkTable(checks: readonly AnswerRow[]): string {
  return formatTable(checks, [
    { title: 'quantity', text: ({ quantity }) => quantity },
    { title: 'answer', align: 'right', text: ({ answer }) => answer },
    { title: 'verdict', text: ({ verdict }) => verdict },
    { title: 'reason', text: ({ reason }) => reason ?? '' },
  ])
}

/** Ends with 1 if an analytic gradient differs from the numeric one. */
export async function checkGradients({ output }: Environment, file: string, json: boolean): Promise<number> {
  const rows = gradcheck(await readJson(file))
  const different = rows.filter(({ verdict }) => verdict === 'different').length
  if (json) output.write(`${JSON.stringify({ ok: different === 0, gradients: rows })}\n`)
  else output.write(`${gradcheckTable(rows)}${gradcheckSentence(rows, different)}\n`)
  return different > 0 ? EXIT.failed : EXIT.ok
}

function gradcheckTable(rows: readonly GradcheckRow[]): string {
  return formatTable(rows, [
    { title: 'case', align: 'right', text: (row) => String(row.case + 1) },
    { title: 'by', text: ({ by }) => by },
    { title: 'analytic', align: 'right', text: ({ analytic }) => digits(analytic) },
    { title: 'numeric', align: 'right', text: ({ numeric }) => digits(numeric) },
    { title: 'error', align: 'right', text: ({ error }) => error?.toExponential(1) ?? '–' },
    { title: 'verdict', text: ({ verdict }) => verdict },
  ])
}

function gradcheckSentence(rows: readonly GradcheckRow[], different: number): string {
  const largest = Math.max(0, ...rows.map(({ error, verdict }) => (verdict === 'equal' ? (error ?? 0) : 0)))
  const all = formatNumberOf(rows.length, 'gradient')
  if (different > 0) return `${all}, of which ${different} differ from the numeric ones.`
  return `${all}, none differs from the numeric one; largest error ${largest.toExponential(1)}.`
}
