/**
 * What the dense kernel reaches here when nothing is in its way: a product that stays in the first cache, on as many
 * threads at once as the run has. The share of it says how much of the machine's arithmetic a whole step uses.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import type { KernelChoice } from '#engine/index'
import { createKernels } from '#engine/kernels'
import { strideFor } from '#engine/layout'
import { scratchBytes } from '#engine/wasm/kernels'
import { kernelsOfThisMachine, withFastestTiles } from '#lab/engine/kernel-choice'
import { bundled } from './home'

export interface PeakResult {
  /** Of all threads together. */
  gflops: number
  kernels: string
  tiles: string
}

const [ROWS, COLUMNS, DEPTH] = [48, 96, 64]
const PRODUCTS = 200
const SECONDS = 0.4

/** A thread of its own for each, so that they run side by side. */
export async function measurePeak(threads: number): Promise<PeakResult> {
  const kernels = withFastestTiles(kernelsOfThisMachine())
  const rates = await Promise.all(Array.from({ length: threads }, () => rateInThread(kernels)))
  return {
    gflops: rates.reduce((a, b) => a + b, 0),
    kernels: kernels.name,
    tiles: 'tiles' in kernels ? kernels.tiles : '',
  }
}

function rateInThread(kernels: KernelChoice): Promise<number> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(bundled('peak'), { workerData: { kernels } })
    thread.once('message', resolve)
    thread.once('error', reject)
  })
}

/** Best of many batches of products, GFLOP/s. */
function bestRate(kernels: KernelChoice): number {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true })
  const [lda, ld] = [strideFor(DEPTH), strideFor(COLUMNS)]
  const zeros = 0
  const a = 65_536
  const b = a + ROWS * lda
  const out = b + DEPTH * ld
  const scratch = { address: 3 * 65_536, bytes: scratchBytes(1, 1) }
  const { denseForward } = createKernels(memory, kernels, scratch)
  const end = performance.now() + SECONDS * 1000
  let shortest = Infinity
  while (performance.now() < end) {
    const began = performance.now()
    for (let i = 0; i < PRODUCTS; i++) denseForward(a, lda, b, ld, zeros, 0, out, ld, ROWS, COLUMNS, DEPTH)
    shortest = Math.min(shortest, performance.now() - began)
  }
  return (2 * ROWS * COLUMNS * DEPTH * PRODUCTS) / shortest / 1e6
}

if (!isMainThread) parentPort?.postMessage(bestRate((workerData as { kernels: KernelChoice }).kernels))
