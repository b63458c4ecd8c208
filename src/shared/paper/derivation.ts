/**
 * The rule of backpropagation for one hidden layer, derived once for a sample and once for a batch. Formulas are in the
 * LaTeX that math-tree.ts reads, with \sym{…}{…} around what SYMBOLS explains.
 */
import { latexAligned, latexText } from './latex'
import { plainLatex } from './math-tree'

export interface SymbolFacts {
  /** As a formula. */
  latex: string
  meaning: string
  /** In letters: "H × I"; "" for a number. */
  shape: readonly ('N' | 'I' | 'H' | 'K')[]
}

export const SYMBOLS = {
  N: { latex: 'N', meaning: 'Samples in a batch', shape: [] },
  alpha: { latex: '\\alpha', meaning: 'Learning rate', shape: [] },
  E: { latex: 'E', meaning: 'Loss: the mean of Eₙ over the batch, in nats', shape: [] },
  En: { latex: 'E_n', meaning: 'Cross-entropy of one sample, in nats', shape: [] },
  xi: { latex: 'x_i', meaning: 'Input i of a sample', shape: [] },
  tk: { latex: 't_k', meaning: 'Target of class k: 1 for the right one, else 0', shape: [] },
  zj: { latex: 'z_j', meaning: 'Sum of hidden unit j', shape: [] },
  aj: { latex: 'a_j', meaning: 'Output of hidden unit j', shape: [] },
  zk: { latex: 'z_k', meaning: 'Sum of output unit k', shape: [] },
  pk: { latex: 'p_k', meaning: 'Probability of class k', shape: [] },
  wji: { latex: 'w_{ji}', meaning: 'Weight from input i to hidden unit j: entry (j, i) of W₁', shape: [] },
  wkj: { latex: 'w_{kj}', meaning: 'Weight from hidden unit j to output k: entry (k, j) of W₂', shape: [] },
  dk: { latex: '\\delta_k', meaning: '∂Eₙ/∂z of output unit k', shape: [] },
  dj: { latex: '\\delta_j', meaning: '∂Eₙ/∂z of hidden unit j', shape: [] },
  X: { latex: 'X', meaning: 'Inputs, a sample a row', shape: ['N', 'I'] },
  T: { latex: 'T', meaning: 'Targets, a sample a row', shape: ['N', 'K'] },
  W1: { latex: 'W_1', meaning: 'Weights of the hidden layer', shape: ['H', 'I'] },
  b1: { latex: 'b_1', meaning: 'Biases of the hidden layer, added to every row', shape: ['H'] },
  W2: { latex: 'W_2', meaning: 'Weights of the output layer', shape: ['K', 'H'] },
  b2: { latex: 'b_2', meaning: 'Biases of the output layer, added to every row', shape: ['K'] },
  Z1: { latex: 'Z_1', meaning: 'Sums of the hidden layer', shape: ['N', 'H'] },
  A: { latex: 'A', meaning: 'Outputs of the hidden layer', shape: ['N', 'H'] },
  Z2: { latex: 'Z_2', meaning: 'Sums of the output layer', shape: ['N', 'K'] },
  P: { latex: 'P', meaning: 'Probabilities: softmax of each row of Z₂', shape: ['N', 'K'] },
  D2: { latex: '\\Delta_2', meaning: 'δ of the output layer, a sample a row', shape: ['N', 'K'] },
  D1: { latex: '\\Delta_1', meaning: 'δ of the hidden layer, a sample a row', shape: ['N', 'H'] },
  one: { latex: '\\mathbf{1}', meaning: 'A column of ones: adds up the rows', shape: ['N'] },
} as const satisfies Record<string, SymbolFacts>
export type SymbolKey = keyof typeof SYMBOLS

export const LETTERS = { N: 'samples', I: 'inputs', H: 'hidden units', K: 'outputs' } as const

/** "H × I (4 × 5)", or "a number". */
export function shapeWords({ shape }: SymbolFacts, sizes: Readonly<Record<keyof typeof LETTERS, number>>): string {
  if (shape.length === 0) return 'a number'
  const numbers = shape.map((letter) => sizes[letter])
  return `${shape.join(' × ')} (${numbers.join(' × ')})`
}

/** {wkj} → \sym{wkj}{w_{kj}} */
function marked(formula: string): string {
  return formula.replace(/<(\w+)>/g, (_, key: SymbolKey) => `\\sym{${key}}{${SYMBOLS[key].latex}}`)
}

export interface DerivationStep {
  title: string
  text: string
  formulas: readonly string[]
}

export const DERIVATIONS: Readonly<Record<'sample' | 'batch', readonly DerivationStep[]>> = {
  sample: [
    {
      title: 'Forward',
      text: 'Each hidden unit j sums its inputs and applies f; each output unit k sums the hidden outputs; softmax makes probabilities of the sums.',
      formulas: [
        '<zj> = \\sum_i <wji> <xi> + b_j, \\quad <aj> = f(<zj>)',
        '<zk> = \\sum_j <wkj> <aj> + b_k, \\quad <pk> = \\frac{e^{<zk>}}{\\sum_{m} e^{z_m}}',
        '<En> = -\\sum_k <tk> \\ln <pk>, \\quad <E> = \\frac{1}{<N>} \\sum_n <En>',
      ],
    },
    {
      title: 'Output layer',
      text: 'The slopes −tₘ/pₘ of the cross-entropy meet the Jacobian of the softmax. The fractions cancel, and the targets sum to 1.',
      formulas: [
        '<dk> = \\frac{\\partial <En>}{\\partial <zk>} = \\sum_m \\left( -\\frac{t_m}{p_m} \\right) p_m ([m = k] - <pk>) = <pk> \\sum_m t_m - <tk> = <pk> - <tk>',
        '\\frac{\\partial <En>}{\\partial <wkj>} = \\frac{\\partial <En>}{\\partial <zk>} \\, \\frac{\\partial <zk>}{\\partial <wkj>} = <dk> <aj>',
      ],
    },
    {
      title: 'Hidden layer',
      text: 'A hidden unit acts on the loss through every output unit, so the chain rule sums over all of them.',
      formulas: [
        "<dj> = \\frac{\\partial <En>}{\\partial <zj>} = \\sum_k \\frac{\\partial <En>}{\\partial <zk>} \\, \\frac{\\partial <zk>}{\\partial <aj>} \\, \\frac{\\partial <aj>}{\\partial <zj>} = f'(<zj>) \\sum_k <wkj> <dk>",
        '\\frac{\\partial <En>}{\\partial <wji>} = <dj> <xi>',
      ],
    },
    {
      title: 'Update with a batch',
      text: 'The loss is a mean over the samples, so every gradient is a mean of the gradients of the samples; a bias has the gradient δ.',
      formulas: [
        '<wkj> \\leftarrow <wkj> - <alpha> \\frac{1}{<N>} \\sum_n <dk> <aj>',
        '<wji> \\leftarrow <wji> - <alpha> \\frac{1}{<N>} \\sum_n <dj> <xi>',
      ],
    },
  ],
  batch: [
    {
      title: 'Forward',
      text: 'A row for each sample. The weights are outputs × inputs, so they are transposed in the product.',
      formulas: [
        '<Z1> = <X> <W1>^\\top + <b1>, \\quad <A> = f(<Z1>)',
        '<Z2> = <A> <W2>^\\top + <b2>, \\quad <P> = \\text{softmax}(<Z2>)',
      ],
    },
    {
      title: 'Output layer',
      text: 'One difference for the whole batch. The product with A sums over the samples; 1/N makes it a mean.',
      formulas: [
        '<D2> = <P> - <T>',
        '\\frac{\\partial <E>}{\\partial <W2>} = \\frac{1}{<N>} <D2>^\\top <A>, \\quad \\frac{\\partial <E>}{\\partial <b2>} = \\frac{1}{<N>} <D2>^\\top <one>',
      ],
    },
    {
      title: 'Hidden layer',
      text: '⊙ multiplies entry by entry: Δ₁ has a column for each hidden unit, not for each input.',
      formulas: [
        "<D1> = (<D2> <W2>) \\odot f'(<Z1>)",
        '\\frac{\\partial <E>}{\\partial <W1>} = \\frac{1}{<N>} <D1>^\\top <X>, \\quad \\frac{\\partial <E>}{\\partial <b1>} = \\frac{1}{<N>} <D1>^\\top <one>',
      ],
    },
    {
      title: 'Update with a batch',
      text: 'Each gradient has the shape of what it updates.',
      formulas: [
        '<W2> \\leftarrow <W2> - <alpha> \\frac{\\partial <E>}{\\partial <W2>}, \\quad <b2> \\leftarrow <b2> - <alpha> \\frac{\\partial <E>}{\\partial <b2>}',
        '<W1> \\leftarrow <W1> - <alpha> \\frac{\\partial <E>}{\\partial <W1>}, \\quad <b1> \\leftarrow <b1> - <alpha> \\frac{\\partial <E>}{\\partial <b1>}',
      ],
    },
  ],
}

/** The formulas of a step, ready to be drawn. */
export function formulasOf({ formulas }: DerivationStep): string[] {
  return formulas.map(marked)
}

/** Where written derivations go wrong. */
export const PITFALLS: readonly string[] = [
  'The logistic function is 1/(1 + e⁻ᶻ): without the minus it falls instead of rising.',
  'A batch update has a sum over its samples, and the update itself has to be written: w ← w − α ∂E/∂w.',
  'W₂ is K × H and W₁ is H × I; Δ₁ is N × H. A δ of a hidden layer never has as many entries as there are inputs.',
  'The sum in δⱼ goes over the outputs k, with the weights that leave unit j: column j of W₂.',
]

export function derivationLatex(kind: 'sample' | 'batch'): string {
  return DERIVATIONS[kind]
    .map((step) => {
      const lines = formulasOf(step).map((formula) => withAlignment(plainLatex(formula)))
      return `\\paragraph{${latexText(step.title)}}\n${latexAligned(lines)}`
    })
    .join('\n')
}

/** Aligned at the first equals sign or arrow that stands outside of every brace. */
function withAlignment(latex: string): string {
  let depth = 0
  for (let i = 0; i < latex.length; i++) {
    if (latex[i] === '{') depth++
    else if (latex[i] === '}') depth--
    else if (depth === 0 && (latex[i] === '=' || latex.startsWith('\\leftarrow', i)))
      return `${latex.slice(0, i)}&${latex.slice(i)}`
  }
  return latex
}
