/**
 * Numbers as a report prints them: rounded once, from what was measured, with their units.
 */
import type { Quantity } from './field'

export interface Format {
  /** Behind the number, with the space that belongs there; empty for a count. */
  unit: string
  /** In a table's head. */
  header: string
  text: (value: number, digits: number | null) => string
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** `squared`: the loss is a squared error, which has no nats. */
export function formatOf(quantity: Quantity, squared = false): Format {
  if (quantity.kind === 'score') {
    const name = `${quantity.part} ${quantity.measure}`
    if (quantity.measure === 'loss') {
      return squared
        ? { unit: '', header: `${name} (½ Σ(y − t)², mean per sample)`, text: significant }
        : { unit: ' nats', header: `${name} (nats, mean per sample)`, text: significant }
    }
    return { unit: ' %', header: `${name} (%)`, text: (value, digits) => fixed(value, digits ?? 2) }
  }
  if (quantity.kind === 'fact')
    return { unit: '', header: FACT_WORDS[quantity.name], text: (value) => grouped.format(value) }
  switch (quantity.name) {
    case 'seconds':
      return { unit: ' s', header: 'training time (s)', text: threeDigits }
    case 'secondsPerEpoch':
      return { unit: ' s', header: 'time per epoch (s)', text: threeDigits }
    case 'epochs':
      return { unit: '', header: 'epochs', text: (value, digits) => fixed(value, digits ?? (value % 1 === 0 ? 0 : 1)) }
    case 'parameters':
      return { unit: '', header: 'parameters', text: (value, digits) => whole(value, digits) }
    case 'batchSize':
      return { unit: '', header: 'batch size', text: (value, digits) => whole(value, digits) }
    case 'learningRate':
      return {
        unit: '',
        header: 'learning rate',
        text: (value, digits) => (digits === null ? String(Number(value.toPrecision(4))) : fixed(value, digits)),
      }
  }
  return quantity satisfies never
}

const FACT_WORDS: Readonly<Record<Extract<Quantity, { kind: 'fact' }>['name'], string>> = {
  n: 'seeds',
  name: 'name',
  size: 'network',
  dataset: 'data set',
  optimizer: 'optimizer',
  activation: 'activation',
  testLooks: 'looks at the test part',
}

/** Four digits that count, as on the screens; an overflown loss says so. */
function significant(value: number, digits: number | null): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : 'overflow'
  if (digits !== null) return fixed(value, digits)
  if (value === 0) return '0'
  return minus(Math.abs(value) < 1e-4 ? value.toExponential(2) : value.toPrecision(4))
}

function threeDigits(value: number, digits: number | null): string {
  if (digits !== null) return fixed(value, digits)
  return value >= 100 ? grouped.format(value) : minus(String(Number(value.toPrecision(3))))
}

function whole(value: number, digits: number | null): string {
  return digits === null && value % 1 === 0 ? grouped.format(value) : fixed(value, digits ?? 1)
}

export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : 'overflow'
  return minus(value.toFixed(digits))
}

function minus(text: string): string {
  return text.replace(/^-/, '−')
}
