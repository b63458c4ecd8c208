import type { Rule } from 'eslint'

export interface Room {
  folder: string
  rooms: string[]
  packages: string[]
  types?: string[]
  node: true | string[]
}

export const ROOMS: Room[]
export const SOLE_IMPORTERS: { module: string; name: string; files: string[] }[]
export function judgeImport(
  file: string,
  specifier: string,
  options?: { typesOnly?: boolean; names?: string[] },
): string | null
export const rooms: { meta: { name: string }; rules: { arrows: Rule.RuleModule } }
