/**
 * A report as one HTML file: figures as SVG, formulas as MathML, styles inside; it loads nothing. Prints well.
 */
import { mathTree, plainLatex, type MathNode } from '#shared/paper/math-tree'
import type {
  Inline,
  MadeTable,
  RenderedBlock,
  RenderedOf,
  RenderedReport,
  TableAlign,
  TextNode,
} from '#shared/report/document'
import { APPENDIX_TITLE, appendixIntro, figureStem, freshnessNote, hashLines, runLines, safeSvg } from './parts'
import { STYLE } from './html-style'

export function reportHtml(report: RenderedReport): string {
  const { title, author, changedAt, blocks } = report
  const byline = [author, changedAt.slice(0, 10)].filter((part) => part !== '').join(', ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header><h1>${text(title)}</h1>${byline === '' ? '' : `<p class="byline">${text(byline)}</p>`}</header>
${blocks.map(blockHtml).join('\n')}
${appendixHtml(report)}
</main>
</body>
</html>
`
}

function blockHtml(block: RenderedBlock): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level + 1} id="${block.id}">${text(block.text)}</h${block.level + 1}>`
    case 'text':
      return nodesHtml(block.nodes)
    case 'question': {
      const label = block.label === '' ? '' : `<span class="label">${text(block.label)})</span> `
      const answer = block.answer.length === 0 ? '<p class="empty">No answer yet.</p>' : nodesHtml(block.answer)
      return `<section class="question"><div class="prompt">${label}${nodesHtml(block.prompt)}</div>\n<div class="answer">${answer}</div></section>`
    }
    case 'figure':
      return figureHtml(block)
    case 'table':
      return tableHtml(block)
    case 'equation':
      return block.problem === null ? displayed(block.latex) : `<p>${problem(block.latex, block.problem)}</p>`
    case 'run': {
      if (block.problem !== null) return `<p>${problem(block.title, block.problem)}</p>`
      const rows = block.rows
        .map(([name, value]) => `<div><dt>${text(name)}</dt><dd>${text(value)}</dd></div>`)
        .join('')
      return `<section class="card" aria-label="${quoted(block.title)}"><p class="card-title">${text(block.title)}</p><dl>${rows}</dl></section>`
    }
  }
  return block satisfies never
}

function figureHtml(block: RenderedOf<'figure'>): string {
  const { number, svg, alt, sha256, freshness, caption } = block
  const picture =
    svg === ''
      ? '<p class="empty">No picture.</p>'
      : `<div class="picture" role="img" aria-label="${quoted(alt)}">${safeSvg(svg, `f${number}-`).replace('<svg ', '<svg aria-hidden="true" ')}</div>`
  return `<figure id="${figureStem(block)}" data-sha256="${sha256}">${picture}<figcaption><b>Figure ${number}.</b> ${inlinesHtml(caption)}${noteHtml(freshnessNote(freshness))}</figcaption></figure>`
}

function tableHtml({ number, table, sha256, freshness, caption }: RenderedOf<'table'>): string {
  const foot = table.notes.map((note) => `<p class="note">${text(note)}</p>`).join('')
  return `<figure class="table" id="table-${number}" data-sha256="${sha256}"><figcaption><b>Table ${number}.</b> ${inlinesHtml(caption)}${noteHtml(freshnessNote(freshness))}</figcaption>${madeTable(table)}${foot}</figure>`
}

function noteHtml(note: string | null): string {
  return note === null ? '' : ` <strong class="stale">${text(note)}</strong>`
}

/** Names of networks and intervals stay on one line. */
const LONG_CELL = 28

function madeTable({ header, align, rows }: MadeTable): string {
  const cells = rows.map((row) =>
    row.map((cell) => {
      if (cell.problem !== undefined) return problem('–', cell.problem)
      return cell.text.length < LONG_CELL ? `<span class="short">${text(cell.text)}</span>` : text(cell.text)
    }),
  )
  return gridHtml(header.map(text), cells, align)
}

function gridHtml(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly TableAlign[],
): string {
  const side = (i: number) => ` class="${align[i] ?? 'left'}"`
  const head = header.map((cell, i) => `<th scope="col"${side(i)}>${cell}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map((cell, i) => `<td${side(i)}>${cell}</td>`).join('')}</tr>`).join('\n')
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`
}

function nodesHtml(nodes: readonly TextNode[]): string {
  return nodes.map(nodeHtml).join('\n')
}

function nodeHtml(node: TextNode): string {
  switch (node.kind) {
    case 'paragraph':
      return `<p>${inlinesHtml(node.children)}</p>`
    case 'subheading':
      return `<p class="subheading">${inlinesHtml(node.children)}</p>`
    case 'list': {
      const items = node.items.map((item) => `<li>${nodesHtml(item)}</li>`).join('')
      return node.ordered ? `<ol start="${node.start}">${items}</ol>` : `<ul>${items}</ul>`
    }
    case 'quote':
      return `<blockquote>${nodesHtml(node.children)}</blockquote>`
    case 'code':
      return `<pre>${text(node.text)}</pre>`
    case 'math':
      return displayed(node.latex)
    case 'table':
      return gridHtml(
        node.header.map(inlinesHtml),
        node.rows.map((row) => row.map(inlinesHtml)),
        node.align,
      )
    case 'rule':
      return '<hr>'
  }
  return node satisfies never
}

const TAGS = { strong: 'strong', emphasis: 'em', struck: 's' } as const

function inlinesHtml(inlines: readonly Inline[]): string {
  return inlines.map(inlineHtml).join('')
}

function inlineHtml(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
      return text(inline.text)
    case 'strong':
    case 'emphasis':
    case 'struck':
      return `<${TAGS[inline.kind]}>${inlinesHtml(inline.children)}</${TAGS[inline.kind]}>`
    case 'code':
      return `<code>${text(inline.text)}</code>`
    case 'link':
      return `<a href="${quoted(inline.href)}" rel="noreferrer">${inlinesHtml(inline.children)}</a>`
    case 'math':
      return mathHtml(inline.latex, 'inline')
    case 'field':
      return `<span class="field" data-field="${quoted(inline.source)}">${text(inline.text)}</span>`
    case 'problem':
      return problem(inline.source, inline.message)
    case 'break':
      return '<br>'
  }
  return inline satisfies never
}

function problem(source: string, message: string): string {
  return `<span class="problem">${text(source)}<small> (${text(message)})</small></span>`
}

function displayed(latex: string): string {
  return `<p class="display">${mathHtml(latex, 'block')}</p>`
}

function mathHtml(latex: string, display: 'inline' | 'block'): string {
  return `<math display="${display}" displaystyle="true"><semantics>${mathNode(mathTree(latex))}<annotation encoding="application/x-tex">${text(plainLatex(latex))}</annotation></semantics></math>`
}

function mathNode({ tag, text: own, attributes = {}, children = [] }: MathNode): string {
  const given = Object.entries(attributes).map(([name, value]) => ` ${name}="${quoted(value)}"`)
  return `<${tag}${given.join('')}>${own === undefined ? children.map(mathNode).join('') : text(own)}</${tag}>`
}

function appendixHtml(report: RenderedReport): string {
  const { appendix } = report
  const runs = runLines(appendix).map(
    ({ title, rows }) =>
      `<section class="card"><p class="card-title">${text(title)}</p><dl class="long">${rows.map(([name, value]) => `<div><dt>${text(name)}</dt><dd>${text(value)}</dd></div>`).join('')}</dl></section>`,
  )
  const hashes = hashLines(report).map(({ what, sha256 }) => `<li>${what}: <code>${sha256}</code></li>`)
  const configurations = appendix.configurations.map(
    ({ alias, title, json }) =>
      `<details><summary>Configuration ${text(alias)}: ${text(title)}</summary><pre>${text(json)}</pre></details>`,
  )
  return `<section class="appendix" aria-labelledby="appendix">
<h2 id="appendix">${APPENDIX_TITLE}</h2>
<p>${text(appendixIntro(appendix))}</p>
${runs.join('\n')}
${appendix.missing.map((line) => `<p class="stale">Not to be had any more: ${text(line)}</p>`).join('\n')}
${hashes.length === 0 ? '' : `<h3>Data of figures and tables, SHA-256</h3>\n<ul class="hashes">\n${hashes.join('\n')}\n</ul>`}
${configurations.join('\n')}
</section>`
}

function text(value: string): string {
  return value
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
}

function quoted(value: string): string {
  return text(value).replace(/"/g, '&quot;')
}
