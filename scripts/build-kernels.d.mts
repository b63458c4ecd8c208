/** Absolute path of src/engine/wasm/modules.generated.ts. */
export const generatedFile: string
/** What that file is to hold. */
export function generate(): Promise<string>
