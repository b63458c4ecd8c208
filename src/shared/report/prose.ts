/**
 * What a text claims, by its words: numbers that are results, and comparisons that are made.
 *
 * Most numbers of a report are none: batch sizes, counts of samples, dates, sizes of networks, references, what
 * somebody else has published. They are taken out first; so are questions and guesses. What is left is asked about.
 */

/** The first number of the text that looks measured, as it is written; null if there is none. */
export function resultIn(text: string): string | null {
  for (const sentence of statementsIn(text)) {
    if (isQuoted(sentence)) continue
    const rest = NO_RESULTS.reduce((left, pattern) => left.replace(pattern, ' '), sentence)
    for (const [number = ''] of rest.matchAll(NUMBER)) {
      if (!isSmallCount(number)) return number.trim()
    }
  }
  return null
}

/** The first word that says that something is better, faster, larger than something else; null if there is none. */
export function comparisonIn(text: string): string | null {
  for (const sentence of statementsIn(text)) {
    const rest = NO_COMPARISONS.reduce((left, pattern) => left.replace(pattern, ' '), sentence)
    const word = COMPARING.exec(rest)?.[0]
    if (word !== undefined) return word
  }
  return null
}

export interface Unitless {
  /** "a loss of 0.35" */
  said: string
  number: string
}

/** A number of something that has a unit, without it. */
export function unitlessIn(text: string): Unitless | null {
  for (const sentence of sentencesIn(text)) {
    for (const pattern of UNITLESS) {
      const [said, number] = pattern.exec(sentence) ?? []
      if (said !== undefined && number !== undefined) return { said: said.trim(), number }
    }
  }
  return null
}

export interface Reference {
  kind: 'figure' | 'table'
  number: number
}

/** "Figure 2", "Fig. 2", "Tables 1 and 3". */
export function referencesIn(text: string): Reference[] {
  return [
    ...text.matchAll(
      /\b(fig(?:ure)?s?|tab(?:le)?s?)\b\.?\s*(\d+(?:(?:,\s+(?:and\s+|or\s+)?|\s+(?:and|or|to)\s+|\s?[–-]\s?)\d+){0,9})/gi,
    ),
  ].flatMap(([, word = '', numbers = '']) => {
    const kind = word.toLowerCase().startsWith('f') ? 'figure' : 'table'
    return [...numbers.matchAll(/\d+/g)].map(([number]): Reference => ({ kind, number: Number(number) }))
  })
}

/** What the check would ask about is said by the author: one seed, a confounded pair, looks at the test part. */
export function admitsOneSeed(text: string): boolean {
  return /\b(?:one|a|1|only one|just one)\s+(?:single\s+)?(?:random\s+)?(?:seed|run|replicate|repetition)\b|\bsingle[- ](?:seed|run|replicate)/i.test(
    text,
  )
}

/** `factors`: what the pair differs in. */
export function admitsConfounding(text: string, factors: readonly string[]): boolean {
  const said = text.toLowerCase()
  return /\bconfound/.test(said) || (factors.length > 0 && factors.every((name) => said.includes(name.toLowerCase())))
}

export function admitsLooks(text: string): boolean {
  const part = '(?:test(?:ing)?[- ](?:part|set|data|images?|samples?|error|accuracy|score)s?)'
  const often = '(?:looks?|looked|seen|watched|evaluated|measured|more than once|every epoch|each epoch)'
  return new RegExp(`\\b${part}\\b[^.]{0,80}\\b${often}\\b|\\b${often}\\b[^.]{0,80}\\b${part}\\b`, 'i').test(text)
}

const ABBREVIATIONS = /\b(figs?|tabs?|eqs?|secs?|chs?|no|nos|vs|e\.g|i\.e|cf|approx|resp|al|pp?|vol|incl|ca)\./gi

/** What is longer than any sentence is not read to its end: a pattern may not take long, whatever it is given. */
const LONGEST_SENTENCE = 1000

function sentencesIn(text: string): string[] {
  return text
    .replace(ABBREVIATIONS, '$1')
    .split(/(?<=[.!?])\s+|\n+/)
    .filter((sentence) => sentence.trim() !== '')
    .map((sentence) => sentence.slice(0, LONGEST_SENTENCE))
}

/** Questions, hypotheses and tasks state nothing. */
function statementsIn(text: string): string[] {
  return sentencesIn(text).filter((sentence) => !/\?["”’)]*\s*$/.test(sentence) && !OPEN.test(sentence))
}

const OPEN =
  /\b(?:if|whether|expect\w*|hypothes\w+|assum\w+|suppos\w+|should|would|could|might|ought|how (?:well|much|far|fast|good|large|many|often)|we (?:ask|wonder|want|try)|the (?:question|aim|goal|task) (?:is|was))\b/i

/** Somebody else's number: its source stands beside it. */
function isQuoted(sentence: string): boolean {
  return /\bet al\b|\[\d+(?:\s*[,–-]\s*\d+)*\]|\(\p{Lu}[^()]*\b(?:19|20)\d\d\w?\)|\b(?:reported|published) (?:by|in)\b|\bhttps?:\/\/|\bdoi\b/iu.test(
    sentence,
  )
}

const N = String.raw`[−-]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[−-]?\d+)?`
/** Bounded, and no comma is both between numbers and within one: else a pattern could be read in too many ways. */
const LIST = String.raw`${N}(?:(?:,\s+(?:and\s+|or\s+)?|\s+(?:and|or|to)\s+|\s?[–/-]\s?)${N}){0,9}`
const MONTHS = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*'
const COUNTED = [
  'epochs?|seeds?|replicates?|repetitions?|runs?|trials?|samples?|images?|pictures?|digits?|numbers?|examples?|points?|pixels?',
  'units?|neurons?|nodes?|layers?|class(?:es)?|categories|garments?|labels?|parameters?|weights?|biases|inputs?|outputs?|features?',
  'batch(?:es)?|mini-?batch(?:es)?|steps?|updates?|iterations?|evaluations?|threads?|cores?|processors?|networks?|models?',
  'configurations?|combinations?|optimizers?|activations?|functions?|levels?|factors?|variants?|values?|rates?|folds?',
  'questions?|parts?|figures?|tables?|columns?|rows?|pages?|looks?|sets?|dimensions?|channels?|moons?|bits?|bytes?|[kMG]i?B|[MG]Hz',
].join('|')
const NOT_COUNTED = '(?!(?:wrong|errors?|mistake[sn]?|misclassified|incorrect|false|better|worse|faster|slower|%)\\b)'

/** In this order: what is longer first. */
const NO_RESULTS: readonly RegExp[] = [
  /\bhttps?:\/\/\S+|\b(?:doi|arxiv)\b:?\s*\S+/gi,
  // dates and times of day
  new RegExp(`\\b\\d{1,2}\\.?\\s+${MONTHS}(?:\\s+\\d{4})?|\\b${MONTHS}\\s+\\d{1,2}(?:,?\\s+\\d{4})?\\b`, 'gi'),
  /\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}:\d\d(?::\d\d)?\b|\b(?:19|20)\d\d\b/g,
  // sizes, shares of a split, names, versions: 784-64-10, 28 × 28, 80/20 %, S2-3, LeNet-5, 1.2.3, 2-layer
  /\b\d+(?:\s*[×x]\s*\d+)+\b|\b\d+(?:[-–]\d+){2,}\b|\b\d+(?:[/:]\d+)+\b(?:\s?%)?|\b\p{L}[\p{L}\d]*-\d+(?:-\d+)*\b|\bv?\d+(?:\.\d+){2,}\b/gu,
  /\b\d+-(?=\p{L})/gu,
  // ranges of what is defined, citations, numbers of equations
  /[[(]\s?[−-]?\d+(?:\.\d+)?(?:\s?[,;–]\s?[−-]?\d+(?:\.\d+)?){0,9}\s?[\])]/g,
  /\b(?:from|between)\s+[−-]?[01]\s+(?:to|and)\s+(?:1|255)\b/gi,
  // intervals and levels of tests, not what came out of them
  /\b(?:90|95|99)\s?%(?:[\s-]+(?:confidence|Wilson|Student))*[\s-]+(?:intervals?|level|confidence|CI)\b|\bp\s*[<>≤≥]\s*0?\.0[15]\b|\blevel of \d+(?:\.\d+)?(?:\s?%)?/gi,
  // references: Figure 2, epochs 3 to 5, digit 7, Python 3.11
  new RegExp(
    `\\b(?:fig(?:ure)?s?|tab(?:le)?s?|eq(?:uation)?s?|sec(?:tion)?s?|ch(?:apter)?s?|appendix|questions?|tasks?|exercises?|problems?|parts?|rows?|columns?|pages?|pp?|lines?|steps?|epochs?|iterations?|seeds?|versions?|runs?|models?|networks?|layers?|variants?|items?|no|numbers?|folds?|class(?:es)?|digits?|samples?|images?|labels?|units?|neurons?|levels?|python|node|numpy|pytorch|keras|tensorflow|lab)\\.?\\s+${LIST}(?!\\s?%|\\d|[.,]\\d)`,
    'gi',
  ),
  // what was set: a batch size of 64, learning rates 0.1 and 0.01
  new RegExp(
    `(?:\\b(?:batch(?:es)?(?:[- ]sizes?)?|(?:learning|dropout|decay)[- ]rates?|momentum|(?:weight )?decay|dropout|patience|penalt(?:y|ies)|lambda|alpha|beta|epsilon|eta|lr|seeds?|widths?|depths?|thresholds?)|[λαβεη]\\d?)\\s*(?:\\([^)]*\\)\\s*)?(?:of|is|was|are|were|=|:|at|to|being|with)*\\s*${LIST}(?:\\s?%)?`,
    'gi',
  ),
  // counts: 10,000 test images, 64 hidden units; shares of a split: 20 % of the samples
  new RegExp(`(?<![\\w.,])${LIST}\\s+(?:${NOT_COUNTED}[\\p{L}-]+\\s+){0,2}?(?:${COUNTED})\\b`, 'giu'),
  /\b\d+(?:\.\d+)?\s?%\s+(?:(?:of|for|from|as)\s+)?(?:the\s+|all\s+)?(?:train(?:ing)?|validation|test(?:ing)?|data|samples|images|units|noise|dropout)\b/gi,
  // arithmetic: ln 10, log(2), x > 0
  new RegExp(`\\b(?:ln|log|exp|sqrt|max|min|tanh)\\b\\s*(?:\\([^)]*\\)|${N})(?:\\s*[=≈]\\s*${N})?`, 'gi'),
  // done so often; but "2.8 times as long" is a result
  /\b\d+\s+times\b(?!\s+(?:as|the|that|more|less|faster|slower|longer|shorter|larger|smaller|better|worse|higher|lower)\b)/gi,
  /[<>≤≥=≠]\s*0(?![.\d])|[½¼¾]/g,
]

const UNIT =
  '%|‰|percent|per\\s?cent|pp\\b|points?\\b|nats?\\b|bits?\\b|ms\\b|s\\b|secs?\\b|seconds?\\b|min(?:utes?)?\\b|h\\b|hours?\\b|×|x\\b|times\\b'
const NUMBER = new RegExp(
  `(?<![\\p{L}\\d.,_])[−-]?\\d[\\d,]*(?:\\.\\d+)?(?:e[−-]?\\d+)?(?:\\s?(?:${UNIT}))?(?![\\p{L}\\d_])`,
  'giu',
)

/** "in 2 ways", "the other 3": prose counts so; what is measured has a unit, or digits behind its point. */
function isSmallCount(number: string): boolean {
  return /^\d$/.test(number.trim())
}

const COMPARING =
  /\b(?:better|worse|best|worst|higher|lower|highest|lowest|faster|slower|fastest|slowest|(?:larger|smaller) (?:error|loss|gap|accuracy)|more accurate|less accurate|outperform(?:s|ed)?|beats|significant(?:ly)?|improve[sd]?|superior|inferior|generali[sz]es)\b/i

/** Phrases in which such a word compares no results. */
const NO_COMPARISONS: readonly RegExp[] = [
  /\bbest(?: |-)?(?:epoch|validation|by|known|practice|case|guess|possible|fit)s?\b|\bat best\b|\bas best\b|\bworst[- ]case\b/gi,
  /\b(?:with|of|at|by)\s+(?:the|its|their)\s+(?:lowest|highest|best|smallest)\s+validation\s+(?:loss|error|accuracy)\b/gi,
  /\b(?:higher|lower)[- ](?:learning rates?|rates?|layers?|dimension\w*|order|level|bound|limit|half|left|right|part|panel|row|curves?)\b/gi,
  /\bsignificant (?:digits?|figures?|places?|bits?)\b/gi,
  /\bimproved (?:weights?|sigmoid|initiali[sz]ation|version)\b|\bbetter (?:understand\w*|known|yet|initial\w*|first weights|seen|readab\w*)\b/gi,
  /\b(?:is|are) called (?:better|worse|best)\b/gi,
]

const SCORE = String.raw`(?:accuracy|accuracies|errors?|loss(?:es)?|time)`
const SAYS = String.raw`(?:\s+(?:part|set|rate|function|value|per sample|on average))?\s+(?:of|is|was|are|were|=|at|to|reach(?:es|ed)?|falls to|fell to|drops? to|rises? to|rose to)\s+(?:about\s+|only\s+|around\s+|nearly\s+|almost\s+|roughly\s+|below\s+|above\s+)?`
const VALUE = String.raw`(\d+(?:\.\d+)?(?:e[−-]?\d+)?)`
/** Not a unit, not the rest of the number, not "327 of 10,000", "± 0.1 %", "to 98 %", "(nats)". */
const BARE = String.raw`(?![\d,.]*\d)(?!\s*\(?(?:${UNIT}|percentage|of\b|per\b|epochs?|steps?|nat))(?!\s*(?:±|to|and|or|–|-|,)\s*\d+(?:\.\d+)?\s*(?:${UNIT}))(?![-–]\p{L})(?!\s+(?:${COUNTED})\b)`

const UNITLESS: readonly RegExp[] = [
  new RegExp(`\\b${SCORE}${SAYS}${VALUE}${BARE}`, 'iu'),
  new RegExp(
    `\\b${SCORE}[^.?!]{0,40}?\\s(?:from|between)\\s+(?:\\d+(?:\\.\\d+)?)\\s+(?:to|and)\\s+${VALUE}${BARE}`,
    'iu',
  ),
  new RegExp(
    `\\b(?:took|takes|lasted|lasts)\\s+(?:about\\s+|only\\s+)?${VALUE}${BARE}(?=\\s*(?:[.,;:)]|$|for\\b|in\\b))`,
    'iu',
  ),
]
