/**
 * A report as Markdown with a folder of figures, zipped: `report.md`, `figures/figure-1.svg`, `.png` and `.csv`.
 */
import { plainLatex } from '#shared/paper/math-tree'
import type { Inline, RenderedBlock, RenderedReport, TableAlign, TextNode } from '#shared/report/document'
import { APPENDIX_TITLE, appendixIntro, figureStem, freshnessNote, hashLines, runLines } from './parts'

export function reportMarkdown(report: RenderedReport): string {
  const byline = [report.author, report.changedAt.slice(0, 10)].filter((part) => part !== '').join(', ')
  const parts = [
    `# ${plain(report.title)}`,
    ...(byline === '' ? [] : [plain(byline)]),
    ...report.blocks.map(blockMd),
    appendixMd(report),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function blockMd(block: RenderedBlock): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level + 1)} ${plain(block.text)}`
    case 'text':
      return nodesMd(block.nodes)
    case 'question': {
      const label = block.label === '' ? '' : `**${plain(block.label)})** `
      return `${label}${nodesMd(block.prompt)}\n\n${block.answer.length === 0 ? '*No answer yet.*' : nodesMd(block.answer)}`
    }
    case 'figure': {
      const stem = `figures/${figureStem(block)}`
      const picture = block.svg === '' ? '*No picture.*' : `![${plain(block.alt)}](${stem}.svg)`
      return `${picture}\n\n**Figure ${block.number}.** ${captionMd(block)}`
    }
    case 'table': {
      const { header, align, rows, notes } = block.table
      const cells = rows.map((row) =>
        row.map((cell) => plain(cell.problem === undefined ? cell.text : `– (${cell.problem})`)),
      )
      return [
        `**Table ${block.number}.** ${captionMd(block)}`,
        gridMd(header.map(plain), cells, align),
        ...notes.map(plain),
      ].join('\n\n')
    }
    case 'equation':
      return block.problem === null ? `$$\n${plainLatex(block.latex)}\n$$` : problem(block.latex, block.problem)
    case 'run': {
      if (block.problem !== null) return problem(block.title, block.problem)
      return gridMd(
        [plain(block.title), ''],
        block.rows.map((row) => row.map(plain)),
        ['left', 'left'],
      )
    }
  }
  return block satisfies never
}

function captionMd({ caption, freshness }: Extract<RenderedBlock, { kind: 'figure' | 'table' }>): string {
  const note = freshnessNote(freshness)
  return `${inlinesMd(caption)}${note === null ? '' : ` **${plain(note)}**`}`
}

function gridMd(header: readonly string[], rows: readonly (readonly string[])[], align: readonly TableAlign[]): string {
  const RULES = { left: '---', right: '---:', center: ':---:' }
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ')).join(' | ')} |`
  return [line(header), line(header.map((_, i) => RULES[align[i] ?? 'left'])), ...rows.map(line)].join('\n')
}

function nodesMd(nodes: readonly TextNode[]): string {
  return nodes.map(nodeMd).join('\n\n')
}

function nodeMd(node: TextNode): string {
  switch (node.kind) {
    case 'paragraph':
      return inlinesMd(node.children)
    case 'subheading':
      return `**${inlinesMd(node.children)}**`
    case 'list':
      return node.items
        .map((item, i) => indented(nodesMd(item), node.ordered ? `${node.start + i}. ` : '- '))
        .join('\n')
    case 'quote':
      return nodesMd(node.children).replace(/^/gm, '> ')
    case 'code':
      return fenced(node.text)
    case 'math':
      return `$$\n${plainLatex(node.latex)}\n$$`
    case 'table':
      return gridMd(
        node.header.map(inlinesMd),
        node.rows.map((row) => row.map(inlinesMd)),
        node.align,
      )
    case 'rule':
      return '---'
  }
  return node satisfies never
}

function indented(text: string, mark: string): string {
  return mark + text.replace(/\n(?=.)/g, `\n${' '.repeat(mark.length)}`)
}

/** A fence that is longer than any run of backticks inside. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}

function inlinesMd(inlines: readonly Inline[]): string {
  return inlines.map(inlineMd).join('')
}

function inlineMd(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
    case 'field':
      return plain(inline.text)
    case 'strong':
      return `**${inlinesMd(inline.children)}**`
    case 'emphasis':
      return `*${inlinesMd(inline.children)}*`
    case 'struck':
      return `~~${inlinesMd(inline.children)}~~`
    case 'code':
      return inline.text.includes('`') ? `\`\` ${inline.text} \`\`` : `\`${inline.text}\``
    case 'link':
      return `[${inlinesMd(inline.children)}](<${inline.href}>)`
    case 'math':
      return `$${plainLatex(inline.latex)}$`
    case 'problem':
      return problem(inline.source, inline.message)
    case 'break':
      return '  \n'
  }
  return inline satisfies never
}

function problem(source: string, message: string): string {
  return `**${plain(source)}** (${plain(message)})`
}

function appendixMd(report: RenderedReport): string {
  const { appendix } = report
  const hashes = hashLines(report).map(({ what, sha256 }) => `- ${what}: \`${sha256}\``)
  return [
    `## ${APPENDIX_TITLE}`,
    plain(appendixIntro(appendix)),
    ...runLines(appendix).map(({ title, rows }) =>
      gridMd(
        [plain(title), ''],
        rows.map((row) => row.map(plain)),
        ['left', 'left'],
      ),
    ),
    ...appendix.missing.map((line) => `**Not to be had any more:** ${plain(line)}`),
    ...(hashes.length === 0 ? [] : ['### Data of figures and tables, SHA-256', hashes.join('\n')]),
    ...appendix.configurations.map(
      ({ alias, title, json }) => `### Configuration ${plain(alias)}: ${plain(title)}\n\n${fenced(json)}`,
    ),
  ].join('\n\n')
}

/** Text as text: what Markdown would take for a mark is escaped, and so is HTML. */
function plain(text: string): string {
  return text
    .replace(/[\\`*_[\]<>$~|&]/g, '\\$&')
    .replace(
      /^(\s*)([#+-]|\d+[.)])(?=\s)/gm,
      (_, space: string, mark: string) => `${space}${mark.replace(/[#+\-.)]$/, '\\$&')}`,
    )
}
