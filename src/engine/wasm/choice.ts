/**
 * Which kernels this machine can run: fused multiply-add, else multiply and add, else plain TypeScript. Decided once
 * by the host, and told to every worker, so that a run has one class of bits.
 */
import type { KernelFacts } from '../kernels'
import { REFERENCE_FACTS } from '../reference/kernels'
import { createWasmKernels, scratchBytes, type TileSet } from './kernels'
import { MODULES } from './modules.generated'

export const ARITHMETICS = ['fma', 'mul-add', 'plain'] as const
/** How a·b + c is computed: rounded once, twice, or in plain TypeScript. */
export type Arithmetic = (typeof ARITHMETICS)[number]

export interface CompiledKernels extends KernelFacts {
  readonly arithmetic: 'fma' | 'mul-add'
  readonly module: WebAssembly.Module
  readonly tiles: TileSet
}

/** Kernels as they are told to a worker: plain data and a compiled module. */
export type KernelChoice = CompiledKernels | ({ readonly arithmetic: 'plain' } & KernelFacts)

export const PLAIN_KERNELS: KernelChoice = { arithmetic: 'plain', ...REFERENCE_FACTS }

/** Until somebody takes the time (timing.ts): the fastest with all versions of V8 that check no addresses. */
const TILES: TileSet = '6x8'

/** A module of one function that does a relaxed f32x4 multiply-add, and one of a plain f32x4 addition. */
const RELAXED_PROBE = probe([0xfd, 0x85, 0x02], 3)
const SIMD_PROBE = probe([0xfd, 0xe4, 0x01], 2)

/** Whether the engine takes relaxed SIMD as it is now. Old ones need a flag, which is the host's affair. */
export function canRelaxedSimd(): boolean {
  return WebAssembly.validate(RELAXED_PROBE)
}

export function canSimd(): boolean {
  return WebAssembly.validate(SIMD_PROBE)
}

/** The best that runs here, or the kernels of `arithmetic` and no others: null if those cannot run here. */
export function chooseKernels(): KernelChoice
export function chooseKernels(arithmetic: Arithmetic): KernelChoice | null
export function chooseKernels(arithmetic?: Arithmetic): KernelChoice | null {
  if (arithmetic !== undefined) return CHOOSERS[arithmetic]()
  return fused() ?? multiplyThenAdd() ?? PLAIN_KERNELS
}

const CHOOSERS = { fma: fused, 'mul-add': multiplyThenAdd, plain: () => PLAIN_KERNELS }

/** Null also where the processor cannot round once: "relaxed" lets it round twice, which is the other class. */
function fused(): KernelChoice | null {
  if (!canRelaxedSimd()) return null
  const module = compile(MODULES.fma)
  if (!roundsOnce(module)) return null
  return { arithmetic: 'fma', module, tiles: TILES, name: 'SIMD, fused multiply-add', bitClass: 'fma-2' }
}

function multiplyThenAdd(): KernelChoice | null {
  if (!canSimd()) return null
  const module = compile(MODULES.mulAdd)
  return { arithmetic: 'mul-add', module, tiles: TILES, name: 'SIMD, multiply and add', bitClass: 'mul-add-2' }
}

function compile(base64: string): WebAssembly.Module {
  return new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
}

/** (1 + ε)² − (1 + 2ε), as a product of one by one: ε² if it is rounded once, 0 if the square is rounded first. */
function roundsOnce(module: WebAssembly.Module): boolean {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  const f32 = new Float32Array(memory.buffer)
  const [a, b, initial, out, scratch] = [64, 128, 192, 256, 320]
  const { denseForward } = createWasmKernels(memory, module, TILES, PLAIN_KERNELS, {
    address: scratch,
    bytes: scratchBytes(1, 1),
  })
  const epsilon = 2 ** -23
  f32[a / 4] = 1 + epsilon
  f32[b / 4] = 1 + epsilon
  f32[initial / 4] = -(1 + 2 * epsilon)
  denseForward(a, 64, b, 64, initial, 64, out, 64, 1, 1, 1)
  return f32[out / 4] === epsilon ** 2
}

/** A module whose function has `operands` v128 parameters, pushes them all and does `operation`. */
function probe(operation: readonly number[], operands: number): Uint8Array<ArrayBuffer> {
  const v128 = 0x7b
  const parameters = Array.from({ length: operands }, () => v128)
  const pushes = parameters.flatMap((_, i) => [0x20, i])
  const section = (id: number, content: readonly number[]) => [id, content.length, ...content]
  const body = [0, ...pushes, ...operation, 0x0b]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, operands, ...parameters, 1, v128]),
    ...section(3, [1, 0]),
    ...section(10, [1, body.length, ...body]),
  ])
}
