// An ESLint rule that keeps the arrows between the rooms of src/: who may import what.
//
// `no-restricted-imports` matches spellings; this rule resolves each import first, so that `../../main/lab/lab`,
// `#lab/lab` and a type import are the same thing, and new ways to write a path open no door.
import { isBuiltin } from 'node:module'
import { dirname, relative, resolve, sep } from 'node:path'

/** The subpath imports of package.json. */
const ALIASES = {
  '#shared/': 'src/shared/',
  '#engine/': 'src/engine/',
  '#lab/': 'src/main/lab/',
  '#served/': 'src/main/served/',
}

/**
 * First match wins. `rooms`: folders it may import from besides its own; `packages`: npm packages, with all their
 * subpaths; `types`: packages of which it may import types alone; `node`: true for all of Node's modules, or a list.
 */
export const ROOMS = [
  { folder: 'src/shared', rooms: [], packages: ['zod'], types: ['echarts'], node: [] },
  { folder: 'src/engine/worker', rooms: ['src/engine', 'src/shared'], packages: [], node: ['node:worker_threads'] },
  { folder: 'src/engine', rooms: ['src/shared'], packages: [], node: [] },
  {
    folder: 'src/main/lab',
    rooms: ['src/shared', 'src/engine'],
    packages: [
      'zod',
      'piscina',
      'echarts',
      '@resvg/resvg-wasm',
      'pdfkit',
      'papaparse',
      'fast-png',
      'jpeg-js',
      'fflate',
      'marked',
    ],
    node: true,
  },
  { folder: 'src/main/served', rooms: ['src/shared', 'src/main/lab'], packages: ['zod', 'ws'], node: true },
  { folder: 'src/main', rooms: ['src/shared'], packages: ['zod', 'electron'], node: true },
  { folder: 'src/preload', rooms: ['src/shared/ipc'], packages: ['electron'], node: [] },
  {
    folder: 'src/renderer',
    rooms: ['src/shared'],
    packages: [
      'vue',
      'pinia',
      'echarts',
      'reka-ui',
      '@vueuse/core',
      '@lucide/vue',
      '@tanstack/vue-virtual',
      'zod',
      '@fontsource-variable',
    ],
    node: [],
  },
  {
    folder: 'src/cli',
    rooms: ['src/shared', 'src/main/lab', 'src/main/served'],
    packages: ['commander', 'zod'],
    node: true,
  },
]

/** Things with one home. ECharts has two: the page draws on a canvas, the lab writes SVG. */
export const SOLE_IMPORTERS = [
  { module: 'electron', name: 'ipcMain', files: ['src/main/app/ipc.ts'] },
  { module: 'electron', name: 'ipcRenderer', files: ['src/preload/index.ts'] },
  { module: 'electron', name: 'contextBridge', files: ['src/preload/index.ts'] },
  { module: 'piscina', name: 'Piscina', files: ['src/main/lab/engine/pool.ts'] },
  { module: 'echarts/core', name: 'init', files: ['src/renderer/charts/EChart.vue', 'src/main/lab/figures/svg.ts'] },
]
/** `import * as all` and `import all`: every name of a module at once. */
const ALL = '*'

/** What is wrong with an import, in words; null when it is in order. */
export function judgeImport(file, specifier, { typesOnly = false, names = [] } = {}) {
  const room = ROOMS.find(({ folder }) => isWithin(file, folder))
  if (!room) return null
  const sole = typesOnly ? undefined : findSole(file, specifier, names)
  if (sole) return `Only ${sole.files.join(' and ')} may import ${sole.name}.`
  const target = resolveInside(file, specifier)
  return target === null ? judgePackage(room, specifier, typesOnly) : judgePath(room, file, target)
}

function findSole(file, specifier, names) {
  return SOLE_IMPORTERS.filter(({ module, files }) => module === specifier && !files.includes(file)).find(({ name }) =>
    names.some((each) => each === name || each === ALL),
  )
}

function judgePath(room, file, target) {
  if (isWithin(file, 'src/renderer/features') && isWithin(target, 'src/renderer/features')) {
    const feature = (path) => path.split('/')[3]
    if (feature(file) !== feature(target)) return `Feature ${feature(file)} must not import feature ${feature(target)}.`
  }
  // The deepest room of both ends decides: src/main may import src/main/lab, and not the other way round.
  const home = ROOMS.find(({ folder }) => isWithin(target, folder))
  if (home === room || room.rooms.some((folder) => isWithin(target, folder))) return null
  if (room.folder === 'src/main' && isWithin(target, 'src/main')) return null
  return `${room.folder} may import from ${[...room.rooms, 'itself'].join(', ')} only; this is ${target}.`
}

function judgePackage(room, specifier, typesOnly) {
  if (isBuiltin(specifier)) {
    if (room.node === true || room.node.includes(specifier)) return null
    return `${room.folder} must run without Node: ${specifier} is not for it.`
  }
  const allowed = typesOnly ? [...room.packages, ...(room.types ?? [])] : room.packages
  if (allowed.some((name) => specifier === name || specifier.startsWith(`${name}/`))) return null
  return `${room.folder} may import the packages ${room.packages.join(', ') || '(none)'} only; this is ${specifier}.`
}

/** The path from the project's root, or null for a package. Vite's `?url` and its like do not count. */
function resolveInside(file, specifier) {
  const [path] = specifier.split('?')
  const alias = Object.keys(ALIASES).find((start) => path.startsWith(start))
  if (alias) return ALIASES[alias] + path.slice(alias.length)
  if (!path.startsWith('.')) return null
  return relative(resolve('/'), resolve('/', dirname(file), path))
    .split(sep)
    .join('/')
}

function isWithin(path, folder) {
  return path === folder || path.startsWith(`${folder}/`)
}

function check(context, node, source, options) {
  if (source?.type !== 'Literal' || typeof source.value !== 'string') return
  const file = relative(context.cwd, context.filename).split(sep).join('/')
  const message = judgeImport(file, source.value, options)
  if (message) context.report({ node, message })
}

/** `import type { … }`, or each name marked so; a bare `import 'x'` loads the module. */
function importsTypesOnly(node) {
  if (node.importKind === 'type' || node.exportKind === 'type') return true
  return (node.specifiers?.length ?? 0) > 0 && node.specifiers.every((each) => each.importKind === 'type')
}

const arrows = {
  meta: { type: 'problem', docs: { description: 'keep the arrows between the rooms' }, schema: [] },
  create: (context) => ({
    ImportDeclaration: (node) =>
      check(context, node, node.source, {
        typesOnly: importsTypesOnly(node),
        names: node.specifiers.map((each) => each.imported?.name ?? ALL),
      }),
    ExportNamedDeclaration: (node) =>
      check(context, node, node.source, {
        typesOnly: importsTypesOnly(node),
        names: node.specifiers.map((each) => each.local.name),
      }),
    ExportAllDeclaration: (node) =>
      check(context, node, node.source, { typesOnly: importsTypesOnly(node), names: [ALL] }),
    ImportExpression: (node) => check(context, node, node.source, { names: [ALL] }),
    TSImportType: (node) => check(context, node, node.source ?? node.argument?.literal, { typesOnly: true }),
  }),
}

export const rooms = { meta: { name: 'rooms' }, rules: { arrows } }
