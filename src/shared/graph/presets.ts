/**
 * Graphs to begin with: those of the reports, and a few that each show one thing.
 */
export interface GraphPreset {
  id: string
  /** Ids of rows in docs/presets.md, if it is one of theirs. */
  rows: readonly string[]
  title: string
  /** What there is to see. */
  note: string
  expression: string
  at: Readonly<Record<string, number>>
  /** What the report has, by quantity, mistakes included. */
  reported?: Readonly<Record<string, string>>
}

export const GRAPH_PRESETS: readonly GraphPreset[] = [
  {
    id: 'sigmoid-max',
    rows: ['S0-1', 'S0-2'],
    title: 'Sigmoid of a product and a max',
    note: 'max passes the gradient to its larger argument only.',
    expression: 'p = x1*w1; q = max(x2, w2); z = p + q; y = sigmoid(z)',
    at: { x1: 0.7, w1: -1.5, x2: 0.34, w2: -0.35 },
    reported: {
      ...{ p: '−10.5', q: '0.34', z: '−0.71', y: '0.3296' },
      ...{ dz: '0.2210', dx1: '0.3314', dw1: '0.1547', dx2: '0.34', dw2: '0' },
    },
  },
  {
    id: 'product-of-sums',
    rows: ['S2-1', 'S2-2'],
    title: 'Product of two weighted sums',
    note: 'Each factor scales the gradients of the other one.',
    expression: 'p = x1*w1; q = x2*w2; r = x3*w3; s = x4*w4; a = p + q; b = r + s; f = a*b',
    at: { x1: 0.7, w1: -1.5, x2: 0.34, w2: -0.35, x3: 0.2, w3: -0.25, x4: -0.9, w4: 0.2 },
    reported: {
      ...{ p: '−1.05', q: '−0.119', r: '−0.05', s: '−0.18', a: '−1.169', b: '−0.23', f: '0.26887' },
      ...{ dx1: '0.345', dx2: '0.0805', dx3: '0.29225', dx4: '−0.2338', da: '−0.23' },
      ...{ dw1: '−0.161', dw2: '−0.0782', dw3: '−0.2338', dw4: '1.0521', db: '−1.169' },
    },
  },
  {
    id: 'neuron',
    rows: [],
    title: 'One neuron and its squared error',
    note: 'From the loss back to weights and bias: one step of gradient descent by hand.',
    expression: 'z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = (a - t)^2/2',
    at: { w1: 0.4, x1: 1, w2: -0.6, x2: 2, b: 0.1, t: 1 },
  },
  {
    id: 'cross-entropy',
    rows: [],
    title: 'Sigmoid with cross-entropy',
    note: 'All the factors along the way leave just y − t at z.',
    expression: 'z = w*x + b; y = sigmoid(z); H = -t*log(y) - (1 - t)*log(1 - y)',
    at: { w: 0.8, x: 1.5, b: -0.2, t: 1 },
  },
  {
    id: 'softmax',
    rows: [],
    title: 'Softmax with cross-entropy',
    note: 'Three classes, the first one is right. The gradients at z1, z2 and z3 add up to 0.',
    expression: 'a = exp(z1); b = exp(z2); c = exp(z3); S = a + b + c; p = a/S; H = -log(p)',
    at: { z1: 2, z2: 1, z3: 0.1 },
  },
  {
    id: 'shared',
    rows: [],
    title: 'A variable that is used twice',
    note: 'Gradients of all uses of x are added.',
    expression: 'a = x*w; b = x + a; y = a*b',
    at: { x: 2, w: -0.5 },
  },
  {
    id: 'hidden-layer',
    rows: [],
    title: 'Two hidden units with relu',
    note: 'A unit that is off passes no gradient on.',
    expression: 'h1 = relu(w1*x + b1); h2 = relu(w2*x + b2); y = v1*h1 + v2*h2',
    at: { w1: 0.5, x: 1.2, b1: 0.1, w2: -0.8, b2: 0.3, v1: 1.5, v2: -0.7 },
  },
  {
    id: 'ties',
    rows: [],
    title: 'Ties and kinks',
    note: 'Where two values tie, and at the kink of relu, a convention decides.',
    expression: 'm = max(a, b); r = relu(c); y = m*d + r',
    at: { a: 1.5, b: 1.5, c: 0, d: 2 },
  },
]
