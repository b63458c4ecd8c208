// npm run kernels: compiles assembly/ and writes the modules where the engine finds them. To be run, and its output
// committed, after each change in assembly/ or scripts/kernels/; a test compares the two.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileKernels } from './kernels/compile.mjs'

export const generatedFile = resolve(import.meta.dirname, '..', 'src', 'engine', 'wasm', 'modules.generated.ts')

/** What the generated file is to hold. */
export async function generate() {
  const modules = Object.entries(await compileKernels()).map(
    ([name, bytes]) => `  ${name}:\n    '${Buffer.from(bytes).toString('base64')}',`,
  )
  return [
    '/** WebAssembly modules as base64. Made by `npm run kernels` from assembly/: do not edit. */',
    'export const MODULES = {',
    ...modules,
    '} as const',
    '',
  ].join('\n')
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const text = await generate()
  writeFileSync(generatedFile, text)
  console.log(`src/engine/wasm/modules.generated.ts: ${Math.ceil(text.length / 1024)} KiB`)
}
