export const root: string
export function hashSources(folder?: string): string
export function isBuilt(folder?: string): boolean
export function writeStamp(hash: string, folder?: string): void
