/**
 * Flags of V8 that let its compiler fuse neighbouring vectors of 128 bits into one of 256. They hold for a whole
 * process and must be there before the first module is compiled, so the engine needs a process of its own for them.
 */

/** `--no-liftoff`: code is compiled once, and well, so that what is proved at the start is what trains later. */
const REVECTORIZE = ['--experimental-wasm-revectorize', '--no-liftoff']

/** Null where this version of V8, or this processor, has no such thing; see docs/engine.md. */
export function wideVectorFlags(
  v8: string = process.versions.v8,
  architecture: string = process.arch,
): readonly string[] | null {
  const [major = 0, minor = 0] = v8.split('.').map(Number)
  if (architecture !== 'x64' || major < 13) return null
  // 13.0 does it in its new compiler alone, which is not the one that it uses by itself
  return major === 13 && minor === 0 ? ['--turboshaft-wasm', ...REVECTORIZE] : REVECTORIZE
}
