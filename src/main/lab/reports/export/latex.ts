/**
 * A report as LaTeX, zipped: `report.tex`, `figures/figure-1.pdf` and `.csv`. Compiles with pdflatex and the packages
 * that every distribution has.
 */
import type { Inline, RenderedBlock, RenderedReport, TableAlign, TextNode } from '#shared/report/document'
import { APPENDIX_TITLE, appendixIntro, figureStem, freshnessNote, hashLines, runLines } from './parts'
import { latexMath, latexOf } from './latex-text'

const PREAMBLE = String.raw`\documentclass[a4paper,11pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{textcomp}
\usepackage{amsmath,amssymb}
\usepackage{graphicx}
\usepackage{booktabs}
\usepackage{longtable}
\usepackage{xcolor}
\usepackage[margin=2.4cm]{geometry}
\usepackage[hidelinks]{hyperref}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6em}
\emergencystretch=3em
\renewcommand{\topfraction}{0.9}
\renewcommand{\bottomfraction}{0.8}
\renewcommand{\textfraction}{0.05}
\renewcommand{\floatpagefraction}{0.8}
\newcommand{\problem}[2]{\textcolor{red}{#1 (#2)}}`

export function reportLatex(report: RenderedReport): string {
  const { title, author, changedAt, blocks } = report
  return [
    PREAMBLE,
    `\\title{${latexOf(title)}}`,
    `\\author{${latexOf(author)}}`,
    `\\date{${latexOf(changedAt.slice(0, 10))}}`,
    '\\begin{document}',
    '\\maketitle',
    ...blocks.map(blockTex),
    appendixTex(report),
    '\\end{document}',
    '',
  ].join('\n\n')
}

const SECTIONS = ['section', 'subsection', 'subsubsection']

function blockTex(block: RenderedBlock): string {
  switch (block.kind) {
    case 'heading':
      return `\\${SECTIONS[block.level - 1] ?? 'section'}{${latexOf(block.text)}}`
    case 'text':
      return nodesTex(block.nodes)
    case 'question': {
      const label = block.label === '' ? '' : `\\textbf{${latexOf(block.label)})} `
      const answer = block.answer.length === 0 ? '\\textit{No answer yet.}' : nodesTex(block.answer)
      return `\\begin{quote}\n${label}${nodesTex(block.prompt)}\n\\end{quote}\n\n${answer}`
    }
    case 'figure': {
      const { number, svg, sha256, widthCm } = block
      const picture =
        svg === ''
          ? '\\textit{No picture.}'
          : `\\includegraphics[width=${widthIn(widthCm)}]{figures/${figureStem(block)}.pdf}`
      return `% Figure ${number}: data SHA-256 ${sha256 || 'none'}\n\\begin{figure}[!htbp]\n\\centering\n${picture}\n\\caption{${captionTex(block)}}\n\\label{fig:${number}}\n\\end{figure}`
    }
    case 'table': {
      const { header, align, rows, notes } = block.table
      const cells = rows.map((row) =>
        row.map((cell) => (cell.problem === undefined ? latexOf(cell.text) : problem('–', cell.problem))),
      )
      const foot = notes.map((note) => `\\par\\smallskip{\\footnotesize ${latexOf(note)}}`).join('\n')
      return `% Table ${block.number}: data SHA-256 ${block.sha256 || 'none'}\n\\begin{table}[!htbp]\n\\centering\n\\caption{${captionTex(block)}}\n\\label{tab:${block.number}}\n${gridTex(header.map(latexOf), cells, align)}\n${foot}\n\\end{table}`
    }
    case 'equation':
      return block.problem === null ? displayed(block.latex) : problem(block.latex, block.problem)
    case 'run': {
      if (block.problem !== null) return problem(block.title, block.problem)
      return cardTex(block.title, block.rows, 'l')
    }
  }
  return block satisfies never
}

/** As large as in the report, but no wider than the page's text (16.2 cm). */
function widthIn(widthCm: number): string {
  return widthCm > 16.2 ? '\\textwidth' : `${widthCm}cm`
}

function captionTex({ caption, freshness }: Extract<RenderedBlock, { kind: 'figure' | 'table' }>): string {
  const note = freshnessNote(freshness)
  return `${inlinesTex(caption)}${note === null ? '' : ` \\textbf{${latexOf(note)}}`}`
}

const COLUMNS = { left: 'l', right: 'r', center: 'c' }

/** Shrunk where it would be wider than the text. */
function gridTex(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly TableAlign[],
): string {
  if (header.length === 0) return '\\textit{An empty table.}'
  const columns = header.map((_, i) => COLUMNS[align[i] ?? 'left']).join('')
  const line = (cells: readonly string[]) => `${cells.join(' & ')} \\\\`
  const head = header.map((cell) => `\\shortstack{${cell.replace(/ \(/, ' \\\\ (')}}`)
  return [
    '\\resizebox{\\ifdim\\width>\\textwidth\\textwidth\\else\\width\\fi}{!}{%',
    `\\begin{tabular}{@{}${columns}@{}}`,
    '\\toprule',
    line(head),
    '\\midrule',
    ...rows.map(line),
    '\\bottomrule',
    '\\end{tabular}}',
  ].join('\n')
}

function cardTex(title: string, rows: readonly (readonly [string, string])[], column: string): string {
  const lines = rows.map(([name, value]) => `${latexOf(name)} & ${latexOf(value)} \\\\`)
  return `\\begin{center}\n\\begin{tabular}{@{}l${column}@{}}\n\\toprule\n\\multicolumn{2}{@{}l}{\\textbf{${latexOf(title)}}} \\\\\n\\midrule\n${lines.join('\n')}\n\\bottomrule\n\\end{tabular}\n\\end{center}`
}

function nodesTex(nodes: readonly TextNode[]): string {
  return nodes.map(nodeTex).join('\n\n')
}

function nodeTex(node: TextNode): string {
  switch (node.kind) {
    case 'paragraph':
      return inlinesTex(node.children)
    case 'subheading':
      return `\\paragraph{${inlinesTex(node.children)}}`
    case 'list': {
      const name = node.ordered ? 'enumerate' : 'itemize'
      const items = node.items.map((item, i) => `\\item${node.ordered ? `[${node.start + i}.]` : ''} ${nodesTex(item)}`)
      return `\\begin{${name}}\n${items.join('\n')}\n\\end{${name}}`
    }
    case 'quote':
      return `\\begin{quote}\n${nodesTex(node.children)}\n\\end{quote}`
    case 'code':
      return verbatim(node.text)
    case 'math':
      return displayed(node.latex)
    case 'table':
      return `\\begin{center}\n${gridTex(
        node.header.map(inlinesTex),
        node.rows.map((row) => row.map(inlinesTex)),
        node.align,
      )}\n\\end{center}`
    case 'rule':
      return '\\par\\noindent\\hrulefill\\par'
  }
  return node satisfies never
}

function inlinesTex(inlines: readonly Inline[]): string {
  return inlines.map(inlineTex).join('')
}

function inlineTex(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
    case 'field':
      return latexOf(inline.text)
    case 'strong':
      return `\\textbf{${inlinesTex(inline.children)}}`
    case 'emphasis':
      return `\\emph{${inlinesTex(inline.children)}}`
    case 'struck':
      return inlinesTex(inline.children)
    case 'code':
      return `\\texttt{${latexOf(inline.text)}}`
    case 'link':
      return `\\href{${inline.href.replace(/[\\{}%#&^~_$]/g, (sign) => (/[%#&]/.test(sign) ? `\\${sign}` : encodeURIComponent(sign)))}}{${inlinesTex(inline.children)}}`
    case 'math':
      return `$${latexMath(inline.latex)}$`
    case 'problem':
      return problem(inline.source, inline.message)
    case 'break':
      return '\\newline\n'
  }
  return inline satisfies never
}

function problem(source: string, message: string): string {
  return `\\problem{${latexOf(source)}}{${latexOf(message)}}`
}

function displayed(latex: string): string {
  return `\\[\n${latexMath(latex)}\n\\]`
}

/** Long lines are broken, as they would run off the page. pdflatex has no way to set what is not Latin in it: JSON and the like say it by its code. */
function verbatim(text: string, size = '\\small'): string {
  const safe = text
    .replace(/\\end\{verbatim\}/g, '\\end {verbatim}')
    .replace(/[^\x20-\x7e\n]/g, (sign) =>
      sign === '\t' ? '  ' : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
  const lines = safe.split('\n').flatMap((line) => line.match(size === '\\small' ? /.{1,84}/g : /.{1,108}/g) ?? [''])
  return `{${size}\n\\begin{verbatim}\n${lines.join('\n')}\n\\end{verbatim}\n}`
}

function appendixTex(report: RenderedReport): string {
  const { appendix } = report
  const hashes = hashLines(report).map(({ what, sha256 }) => `\\item ${what}: {\\footnotesize\\texttt{${sha256}}}`)
  return [
    `\\clearpage\n\\appendix\n\\section{${APPENDIX_TITLE}}`,
    latexOf(appendixIntro(appendix)),
    ...runLines(appendix).map(({ title, rows }) => `{\\small${cardTex(title, rows, 'p{12.4cm}')}}`),
    ...appendix.missing.map((line) => `\\textbf{Not to be had any more:} ${latexOf(line)}`),
    ...(hashes.length === 0
      ? []
      : [`\\subsection*{Data of figures and tables, SHA-256}\n\\begin{itemize}\n${hashes.join('\n')}\n\\end{itemize}`]),
    ...appendix.configurations.map(
      ({ alias, title, json }) =>
        `\\subsection*{Configuration ${latexOf(alias)}: ${latexOf(title)}}\n${verbatim(json, '\\scriptsize')}`,
    ),
  ].join('\n\n')
}
