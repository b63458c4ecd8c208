/**
 * The language of scalar graphs: what can be typed on the Graph tab and behind `perceptron-lab graph`.
 */
import { makeLanguage } from '../expression/language'
import { FUNCTION_NAMES, OPERATIONS } from './operations'

/** Far more than fits on paper; the layout of larger ones would hold up the page. */
export const GRAPH_LIMITS = { length: 2000, depth: 50, nodes: 120 } as const

export const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['π', Math.PI],
  ['e', Math.E],
])

export const GRAPHS = makeLanguage({
  limits: GRAPH_LIMITS,
  words: {
    code: 'graph/bad-expression',
    subject: 'expression',
    token: 'a number, a name, a function or an operator',
    operand: 'a number, a name, a function or "("',
    name: 'a name that stands for a value',
  },
  operators: new Map([
    ['+', { power: 1 }],
    ['-', { power: 1 }],
    ['*', { power: 2 }],
    ['/', { power: 2 }],
    ['^', { power: 4, isRight: true }],
  ]),
  prefixes: ['-', '+'],
  prefixPower: 3,
  functions: new Map([...FUNCTION_NAMES].map(([name, operation]) => [name, OPERATIONS[operation].count])),
  isName: (name) => !FUNCTION_NAMES.has(name),
  hasChoice: false,
  letters: 'A-Za-zΑ-Ωα-ω_',
  marks: ['(', ')', ',', ';', '='],
  // as people type and paste them
  aliases: new Map([
    ['**', '^'],
    ['·', '*'],
    ['×', '*'],
    ['⋅', '*'],
    ['÷', '/'],
    ['−', '-'],
    ['–', '-'],
  ]),
})
