/**
 * A confusion matrix as a file: a table for a spreadsheet, a table for LaTeX, a drawing.
 */
import { csvCell } from '../figures/figure-csv'
import { FIGURE_FONT, PALETTES, printLook } from '../figures/chart-look'
import { shortenText, textWidth } from '../figures/text-width'
import { latexText } from '../paper/latex'
import { escapeXml } from '../paper/plot-files'
import { columnSums, rowSums, scoresOf, type ConfusionMatrix } from './confusion'
import { cellText, errorStrengths, matrixValues, type MatrixUnit } from './matrix-view'

const UNIT_WORDS: Record<MatrixUnit, string> = {
  count: 'Samples',
  'of-true': 'Percent of the true class',
  'of-predicted': 'Percent of the predicted class',
}

/** Counts with totals, then precision, recall, F1 and support of each class. Rows are true classes. */
export function matrixCsv(matrix: ConfusionMatrix): string {
  const [rows, columns] = [rowSums(matrix), columnSums(matrix)]
  const scores = scoresOf(matrix)
  const lines = [
    ['true \\ predicted', ...matrix.classes, 'total'],
    ...matrix.counts.map((row, i) => [matrix.classes[i] ?? '', ...row, rows[i] ?? 0]),
    ['total', ...columns, scores.total],
    [],
    ['class', 'precision', 'recall', 'f1', 'support'],
    ...scores.classes.map(({ name, precision, recall, f1, support }) => [name, precision, recall, f1, support]),
  ]
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('')
}

/** Two tables in the manner of booktabs: the matrix as it is shown, and the scores of the classes. */
export function matrixLatex(matrix: ConfusionMatrix, unit: MatrixUnit): string {
  const values = matrixValues(matrix, unit)
  const n = matrix.classes.length
  const hasTotals = unit === 'count'
  const [rows, columns] = [rowSums(matrix), columnSums(matrix)]
  const scores = scoresOf(matrix)
  const names = matrix.classes.map(latexText)
  const total = (value: number | undefined): string => (hasTotals ? ` & ${value ?? 0}` : '')
  return [
    '% Needs \\usepackage{booktabs}. Rows are true classes, columns predicted ones.',
    `% ${UNIT_WORDS[unit]}.`,
    `\\begin{tabular}{l*{${n}}{r}${hasTotals ? 'r' : ''}}`,
    '\\toprule',
    ` & \\multicolumn{${n}}{c}{Predicted}${hasTotals ? ' &' : ''} \\\\`,
    `\\cmidrule(lr){2-${n + 1}}`,
    `True & ${names.join(' & ')}${hasTotals ? ' & Total' : ''} \\\\`,
    '\\midrule',
    ...values.map((row, t) => {
      const cells = row.map((value, p) => (t === p ? `\\textbf{${latexCell(value, unit)}}` : latexCell(value, unit)))
      return `${names[t] ?? ''} & ${cells.join(' & ')}${total(rows[t])} \\\\`
    }),
    ...(hasTotals ? ['\\midrule', `Total & ${columns.join(' & ')} & ${scores.total} \\\\`] : []),
    '\\bottomrule',
    '\\end{tabular}',
    '',
    '\\begin{tabular}{lrrrr}',
    '\\toprule',
    'Class & Precision & Recall & $F_1$ & Support \\\\',
    '\\midrule',
    ...scores.classes.map(
      ({ precision, recall, f1, support }, i) =>
        `${names[i] ?? ''} & ${[precision, recall, f1].map(share).join(' & ')} & ${support} \\\\`,
    ),
    '\\midrule',
    `Mean of the classes & ${[scores.macro.precision, scores.macro.recall, scores.macro.f1].map(share).join(' & ')} & ${scores.total} \\\\`,
    '\\bottomrule',
    '\\end{tabular}',
    `% Accuracy ${scores.accuracy.toFixed(4)}${scores.kappa === null ? '' : `, Cohen's kappa ${scores.kappa.toFixed(4)}`}.`,
    '',
  ].join('\n')
}

function latexCell(value: number | null, unit: MatrixUnit): string {
  return value === null ? '--' : cellText(value, unit)
}

function share(value: number | null): string {
  return value === null ? '--' : value.toFixed(4)
}

const PALETTE = PALETTES.print
const [LIGHT, DARK] = [
  [255, 255, 255],
  [200, 64, 11],
] as const

export interface MatrixDrawing {
  svg: string
  widthCm: number
  heightCm: number
}

/** In print colours; as high as its classes need at this width. */
export function matrixSvg(matrix: ConfusionMatrix, unit: MatrixUnit, title: string, widthCm = 14): MatrixDrawing {
  const { width, fontSize } = printLook(widthCm, widthCm)
  const n = matrix.classes.length
  const values = matrixValues(matrix, unit)
  const strengths = errorStrengths(values)
  const longest = Math.max(...matrix.classes.map((name) => textWidth(name, fontSize)))
  const nameWidth = Math.min(longest, width * 0.25)
  const hasTotals = unit === 'count'
  const left = nameWidth + fontSize * 2.6
  const cell = (width - left) / (n + (hasTotals ? 1.4 : 0))
  const isTurned = longest > cell * 0.9
  const head = (isTurned ? nameWidth : fontSize) + fontSize * 1.1
  const top = fontSize * 3.2 + head
  const high = Math.min(cell, Math.max(fontSize * 1.9, cell * 0.72))
  const height = top + high * (n + (hasTotals ? 1.1 : 0)) + fontSize * 0.6
  const size = Math.min(fontSize, cell / 2.9)
  const x = (column: number): number => left + cell * column
  const y = (row: number): number => top + high * row
  const name = (i: number): string => shortenText(matrix.classes[i] ?? '', nameWidth, fontSize)
  const middle = (row: number): number => y(row) + high / 2 + size * 0.36
  const [rows, columns] = [rowSums(matrix), columnSums(matrix)]
  const parts = [
    text(0, fontSize, title, { size: fontSize, weight: 600 }),
    text(x(n / 2), fontSize * 2.8, 'Predicted', { anchor: 'middle', size: fontSize }),
    `<text transform="translate(${short(fontSize)} ${short(y(n / 2))}) rotate(-90)" text-anchor="middle" font-size="${short(fontSize)}" fill="${PALETTE.text}">True</text>`,
    ...matrix.classes.map((_, i) =>
      isTurned
        ? `<text transform="translate(${short(x(i) + cell / 2 + fontSize * 0.36)} ${short(top - fontSize * 0.5)}) rotate(-90)" font-size="${short(fontSize)}" fill="${PALETTE.text}">${escapeXml(name(i))}</text>`
        : text(x(i) + cell / 2, top - fontSize * 0.6, name(i), { anchor: 'middle', size: fontSize }),
    ),
    ...matrix.classes.map((_, i) =>
      text(left - fontSize * 0.6, y(i) + high / 2 + fontSize * 0.36, name(i), { anchor: 'end', size: fontSize }),
    ),
    ...values.flatMap((row, t) =>
      row.flatMap((value, p) => {
        const fill = t === p ? PALETTE.grid : mixed(strengths[t]?.[p] ?? 0)
        const isDark = t !== p && (strengths[t]?.[p] ?? 0) > 0.85
        const shown = value === 0 ? '' : cellText(value, unit)
        return [
          `<rect x="${short(x(p))}" y="${short(y(t))}" width="${short(cell)}" height="${short(high)}" fill="${fill}" stroke="${PALETTE.grid}"/>`,
          shown === ''
            ? ''
            : text(x(p) + cell / 2, middle(t), shown, {
                anchor: 'middle',
                size,
                weight: t === p ? 600 : 400,
                fill: isDark ? '#ffffff' : PALETTE.text,
              }),
        ]
      }),
    ),
    ...(hasTotals
      ? [
          ...rows.map((value, t) => text(width, middle(t), String(value), { anchor: 'end', size })),
          ...columns.map((value, p) =>
            text(x(p) + cell / 2, y(n) + high * 0.75, String(value), { anchor: 'middle', size }),
          ),
        ]
      : []),
  ]
  const heightCm = (height / width) * widthCm
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthCm}cm" height="${short(heightCm)}cm" viewBox="0 0 ${short(width)} ${short(height)}" role="img" font-family="${FIGURE_FONT}">`,
    `<title>${escapeXml(title)}</title>`,
    `<desc>${escapeXml(`${UNIT_WORDS[unit]}; rows are true classes, columns predicted ones.`)}</desc>`,
    `<rect width="${short(width)}" height="${short(height)}" fill="${PALETTE.background}"/>`,
    ...parts.filter((part) => part !== ''),
    '</svg>\n',
  ].join('\n')
  return { svg, widthCm, heightCm }
}

interface TextLook {
  anchor?: 'start' | 'middle' | 'end'
  size: number
  weight?: 400 | 600
  fill?: string
}

function text(
  x: number,
  y: number,
  what: string,
  { anchor = 'start', size, weight = 400, fill = PALETTE.text }: TextLook,
): string {
  const bold = weight === 400 ? '' : ` font-weight="${weight}"`
  return `<text x="${short(x)}" y="${short(y)}" text-anchor="${anchor}" font-size="${short(size)}"${bold} fill="${fill}">${escapeXml(what)}</text>`
}

/** From white to a dark orange that is far from white in grey too. */
function mixed(strength: number): string {
  const hex = LIGHT.map((light, i) => Math.round(light + strength * ((DARK[i] ?? 0) - light)))
  return `#${hex.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

function short(value: number): string {
  return String(Number(value.toFixed(2)))
}
