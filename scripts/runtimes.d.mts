type Env = Readonly<Record<string, string | undefined>>

export function electronPackage(): string | undefined
export function findElectron(env?: Env, platform?: NodeJS.Platform): string | undefined
export function canRunElectron(file: string): boolean
export function findChromium(env?: Env, platform?: NodeJS.Platform): string | undefined
export function hasDisplay(env?: Env, platform?: NodeJS.Platform): boolean
export function findProgram(name: string, env?: Env): string | undefined
