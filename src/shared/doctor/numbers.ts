/** Numbers that findings are held against, and how they are written. */

/** Below this the mean loss of a softmax of a softmax cannot fall: one output of 1 and C − 1 of 0, once more. */
export function doubledSoftmaxFloor(outputs: number): number {
  return Math.log(1 + (outputs - 1) / Math.E)
}

export function lossWords(loss: number): string {
  return Number(loss.toPrecision(4)).toString()
}

export function percentWords(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`
}

/** 0.0005 rather than 0.0005000000000000001. */
export function tenth(rate: number): number {
  return Number((rate / 10).toPrecision(6))
}
