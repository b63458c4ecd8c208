// Compiles assembly/ to the two WebAssembly modules of the engine.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { main as compile } from 'assemblyscript/asc'
import { productsSource } from './products.mjs'

const root = resolve(import.meta.dirname, '..', '..')
const DATA_SECTION = 11

/** Which value of FUSED (assembly/arithmetic.ts) makes which module. */
export const BUILDS = { fma: 1, mulAdd: 0 }

/** The bytes of each build, by name. */
export async function compileKernels() {
  const entries = Object.entries(BUILDS).map(async ([name, fused]) => [name, await compileBuild(fused)])
  return Object.fromEntries(await Promise.all(entries))
}

async function compileBuild(fused) {
  let bytes
  const { error, stderr } = await compile(
    [
      'assembly/index.ts',
      ...['--outFile', 'kernels.wasm'],
      ...['-O3', '--noAssert', '--runtime', 'stub'],
      // the engine's memory (src/engine/memory.ts), whose maximum must not exceed the one declared here
      ...['--importMemory', '--sharedMemory', '--zeroFilledMemory'],
      ...['--initialMemory', '1', '--maximumMemory', '65536'],
      ...['--enable', 'simd,threads,relaxed-simd'],
      ...['--use', `FUSED=${fused}`],
    ],
    {
      readFile: (name) => (name === 'assembly/products.ts' ? productsSource() : readSource(name)),
      writeFile: (_, contents) => (bytes = contents),
      listFiles: () => [],
    },
  )
  if (error) throw new Error(`The kernels do not compile:\n${stderr.toString()}`, { cause: error })
  // each worker's instance would write the data into the memory that all of them share
  if (sectionsOf(bytes).includes(DATA_SECTION)) throw new Error('The kernels must have no data segments')
  return bytes
}

/** Null tells the compiler to look elsewhere. */
function readSource(name) {
  try {
    return readFileSync(join(root, name), 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

/** Ids of the sections of a WebAssembly module, in order: after a header of 8 bytes, each has id, size, content. */
function sectionsOf(bytes) {
  const sections = []
  for (let at = 8; at < bytes.length;) {
    sections.push(bytes[at++])
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      size += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    at += size
  }
  return sections
}
