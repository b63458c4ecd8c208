/**
 * What a new report begins with: headings, questions without answers, figures and tables of the runs that were chosen.
 * No finished prose: what a report says is its author's.
 */
import type { Preset } from '../preset'
import { questionsOf } from './preset-questions'
import { freeAlias, type Alias, type Block, type Draft } from './report'
import { configurationsOf, type Configuration, type SubjectRun } from './subject'
import { askedFor, curves, factors, times } from './template-figures'

export const TEMPLATES = [
  'compare-networks',
  'validation-study',
  'ablation-table',
  'hand-gradients',
  'preset',
  'empty',
] as const
export type Template = (typeof TEMPLATES)[number]

export const TEMPLATE_WORDS: Readonly<Record<Template, { title: string; text: string; needsRuns: boolean }>> = {
  'compare-networks': {
    title: 'Compare two networks',
    text: 'Curves, times, errors with intervals and one verdict',
    needsRuns: true,
  },
  'validation-study': {
    title: 'Validation study',
    text: 'Choose by validation, look at the test part once',
    needsRuns: true,
  },
  'ablation-table': { title: 'Ablation table', text: 'One row for each variant, against a baseline', needsRuns: true },
  'hand-gradients': { title: 'Hand gradients', text: 'Forward and backward by hand, step by step', needsRuns: false },
  preset: {
    title: 'Questions of a task',
    text: 'The questions of a preset, a, b, c …, with empty answers',
    needsRuns: true,
  },
  empty: { title: 'Empty page', text: 'A title and one text', needsRuns: false },
}

export interface TemplateInput {
  template: Template
  runs: readonly SubjectRun[]
  /** For the template `preset`. */
  preset?: Pick<Preset, 'id' | 'title' | 'question'> | undefined
}

export interface Filled {
  title: string
  aliases: Alias[]
  blocks: Block[]
}

export function fillTemplate({ template, runs, preset }: TemplateInput): Filled {
  const groups = configurationsOf(runs)
  const aliases = aliasesFor(groups)
  const title =
    template === 'preset' && preset ? preset.title : (runs[0]?.summary.title ?? TEMPLATE_WORDS[template].title)
  const drafts = draftsOf(template, { runs, aliases, preset })
  return { title, aliases, blocks: drafts.map((draft, i) => ({ ...draft, id: `${draft.kind}-${i + 1}` })) }
}

/** A configuration each, with all of its seeds: a, b, c … */
export function aliasesFor(groups: readonly Configuration[], taken: readonly Alias[] = []): Alias[] {
  const made: Alias[] = []
  for (const { name, runs } of groups) {
    made.push({ name: freeAlias([...taken, ...made]), title: name, runs: runs.map(({ summary }) => summary.id) })
  }
  return made
}

interface Chosen {
  runs: readonly SubjectRun[]
  aliases: readonly Alias[]
  preset?: TemplateInput['preset']
}

function draftsOf(template: Template, chosen: Chosen): Draft[] {
  switch (template) {
    case 'compare-networks':
      return compareNetworks(chosen)
    case 'validation-study':
      return validationStudy(chosen)
    case 'ablation-table':
      return ablation(chosen)
    case 'hand-gradients':
      return handGradients()
    case 'preset':
      return presetTask(chosen)
    case 'empty':
      return [text('')]
  }
  return template satisfies never
}

function compareNetworks(chosen: Chosen): Draft[] {
  return [
    heading('Question'),
    question('', 'Which of the networks is better, by what, and what does it cost?'),
    heading('Networks'),
    ...chosen.aliases.slice(0, 4).map((alias): Draft => ({ kind: 'run', of: alias.name })),
    heading('Results'),
    ...curves(chosen.runs, partOf(chosen)),
    ...table(
      chosen,
      ['size', 'parameters', 'n', `${partOf(chosen)}Error`, `${partOf(chosen)}Error.interval`, 'secondsPerEpoch'],
      'Errors and times.',
    ),
    question('a', 'How do the curves differ?'),
    question('b', 'Is the difference larger than what seeds and samples explain?', verdictOf(chosen)),
    ...times(chosen.runs),
    question('c', 'What does the better one cost in time?'),
    heading('Conclusion'),
    text(''),
  ]
}

function validationStudy(chosen: Chosen): Draft[] {
  return [
    heading('Question'),
    question('', 'What is chosen, among which alternatives, and by which measure?'),
    heading('Data'),
    question('a', 'How are the samples shared out among train, validation and test?'),
    heading('Choice by validation'),
    ...curves(chosen.runs, 'validation'),
    ...table(
      chosen,
      ['size', 'parameters', 'n', 'best.epochs', 'best.validationError', 'validationLoss'],
      'Validation at the best and at the last epoch.',
    ),
    question('b', 'Which one is chosen, and how sure is the choice?'),
    heading('Final evaluation'),
    question('c', 'What is its error on the test part, with an interval, and how often was that part looked at?'),
    heading('Conclusion'),
    text(''),
  ]
}

function ablation(chosen: Chosen): Draft[] {
  const part = partOf(chosen)
  return [
    heading('Baseline and variants'),
    question('a', 'What is the baseline, and what does each variant change? One thing each.'),
    ...table(
      chosen,
      ['n', 'epochs', 'trainLoss', 'trainAccuracy', `${part}Loss`, `${part}Accuracy`],
      'Each variant, as its last epoch left it.',
    ),
    ...factors(chosen.runs, part),
    ...curves(chosen.runs, part),
    question('b', 'Which change helps, and by how much against the baseline?', verdictOf(chosen)),
    question('c', 'Which changes help only together?'),
    heading('Conclusion'),
    text(''),
  ]
}

function handGradients(): Draft[] {
  return [
    heading('Task'),
    question('', 'Write down the function, its inputs and their values.'),
    { kind: 'equation', latex: 'y = \\frac{1}{1 + \\exp(-z)}, \\quad z = x_1 w_1 + \\max(x_2, w_2)' },
    heading('Forward'),
    question('a', 'The value of each node, from the inputs to the output.'),
    heading('Backward'),
    question(
      'b',
      'The gradient of each node: local derivative times what arrives from above. Mind the signs, and which input max passes its gradient to.',
    ),
    { kind: 'equation', latex: '\\frac{\\partial y}{\\partial z} = y (1 - y)' },
    heading('Check'),
    question('c', 'Which of your values agree with finite differences?'),
  ]
}

function presetTask(chosen: Chosen): Draft[] {
  const { preset } = chosen
  const part = partOf(chosen)
  const questions = preset ? questionsOf(preset) : []
  return [
    heading('Task'),
    ...(preset ? [question('', preset.question)] : []),
    heading('Networks and training'),
    ...chosen.aliases.slice(0, 4).map((alias): Draft => ({ kind: 'run', of: alias.name })),
    heading('Results'),
    ...curves(chosen.runs, part),
    ...table(
      chosen,
      ['size', 'parameters', 'n', 'trainLoss', `${part}Error`, `${part}Error.interval`, 'secondsPerEpoch'],
      'What came out.',
    ),
    ...factors(chosen.runs, part),
    ...askedFor(chosen.runs, part, questions),
    ...times(chosen.runs),
    heading('Questions'),
    ...questions.map((prompt, i) => question(String.fromCharCode(97 + i), prompt)),
    heading('Conclusion'),
    text(''),
  ]
}

/** What results are said of: the part that may be seen and chose nothing, where there is one. */
function partOf({ runs }: Chosen): 'test' | 'validation' {
  const isTested = runs.length === 0 || runs.some(({ summary }) => summary.last?.test ?? summary.finalEvaluation)
  return isTested ? 'test' : 'validation'
}

/** Configurations that are called by their sizes have no column for them. */
function table({ runs, aliases }: Chosen, columns: string[], caption: string): Draft[] {
  const named = runs.every(({ summary }) => summary.label === summary.sizes.join('-'))
  const shown = named ? columns.filter((column) => column !== 'size') : columns
  return aliases.length === 0 ? [] : [{ kind: 'table', of: [], columns: shown, caption, made: null }]
}

function heading(words: string): Draft {
  return { kind: 'heading', level: 1, text: words }
}

function text(markdown: string): Draft {
  return { kind: 'text', markdown }
}

function question(label: string, prompt: string, answer = ''): Draft {
  return { kind: 'question', label, prompt, answer }
}

/** Not prose: a field that says what the runs say, for the author to write around. */
function verdictOf(chosen: Chosen): string {
  const [a, b] = chosen.aliases
  if (!a || !b) return ''
  return `{{verdict(${a.name}, ${b.name}${partOf(chosen) === 'validation' ? ', validation' : ''})}}`
}
