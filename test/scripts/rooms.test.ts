import { ESLint, Linter } from 'eslint'
import { describe, expect, test } from 'vitest'
import ts from 'typescript-eslint'
import { ROOMS, rooms } from '../../scripts/lint/rooms.mjs'

/** What the rule says of one file that holds this code. */
function lint(file: string, code: string): string[] {
  const config: Linter.Config = {
    files: ['**/*.ts'],
    languageOptions: { parser: ts.parser },
    plugins: { rooms },
    rules: { 'rooms/arrows': 'error' },
  }
  return new Linter({ configType: 'flat' }).verify(code, [config], file).map(({ message }) => message)
}

describe('an import that breaks an arrow between rooms', () => {
  test.each([
    ['src/shared/run.ts', `import { join } from 'node:path'`],
    ['src/shared/run.ts', `import { ref } from 'vue'`],
    ['src/shared/run.ts', `import { init } from 'echarts'`],
    ['src/shared/run.ts', `import { openLab } from '#lab/open-lab'`],
    ['src/shared/figures/look.ts', `import type { Lab } from '../../main/lab/lab'`],
    ['src/engine/train.ts', `import { readFile } from 'node:fs/promises'`],
    ['src/engine/train.ts', `import { parentPort } from 'node:worker_threads'`],
    ['src/engine/worker/main.ts', `import { readFile } from 'node:fs/promises'`],
    ['src/engine/train.ts', `import { Piscina } from 'piscina'`],
    ['src/engine/train.ts', `import '../main/lab/lab'`],
    ['src/main/lab/queue/queue.ts', `import { app } from 'electron'`],
    ['src/main/lab/queue/queue.ts', `const { app } = await import('electron')`],
    ['src/main/lab/queue/queue.ts', `import { startServer } from '#served/server'`],
    ['src/main/lab/queue/queue.ts', `import { isOwnPage } from '../../app/origin'`],
    ['src/main/served/server.ts', `import { app } from 'electron'`],
    ['src/main/served/server.ts', `export * from '../app/origin'`],
    ['src/main/app/window.ts', `import { ref } from 'vue'`],
    ['src/main/app/window.ts', `import { App } from '../../renderer/main'`],
    ['src/main/app/window.ts', `import { ipcMain } from 'electron'`],
    ['src/main/app/window.ts', `import * as electron from 'electron'`],
    ['src/main/app/window.ts', `export { ipcMain } from 'electron'`],
    ['src/main/lab/queue/queue.ts', `import { Piscina } from 'piscina'`],
    ['src/main/lab/queue/queue.ts', `import Piscina from 'piscina'`],
    ['src/renderer/features/live/queue.ts', `import { init } from 'echarts/core'`],
    ['src/preload/index.ts', `import { experimentSchema } from '#shared/experiment'`],
    ['src/preload/index.ts', `import { z } from 'zod'`],
    ['src/preload/index.ts', `import { readFileSync } from 'node:fs'`],
    ['src/renderer/lab.ts', `import { ipcRenderer } from 'electron'`],
    ['src/renderer/lab.ts', `import { readFileSync } from 'fs'`],
    ['src/renderer/lab.ts', `import type { Lab } from '#lab/lab'`],
    ['src/renderer/lab.ts', `let lab: import('../main/lab/lab').Lab`],
    ['src/renderer/lab.ts', `import { denseForward } from '#engine/reference/dense'`],
    ['src/renderer/features/live/queue.ts', `import { rows } from '../runs/rows'`],
    ['src/cli/index.ts', `import { app } from 'electron'`],
    ['src/cli/index.ts', `import { isOwnPage } from '../main/app/origin'`],
    ['src/cli/index.ts', `import { train } from '#engine/train'`],
  ])('is found in %s: %s', (file, code) => {
    expect(lint(file, code)).toHaveLength(1)
  })

  test('has a planted example above for each room', () => {
    const planted = [
      'src/shared/',
      'src/engine/',
      'src/engine/worker/',
      'src/main/lab/',
      'src/main/served/',
      'src/main/',
    ]
    const others = ['src/preload/', 'src/renderer/', 'src/cli/']
    expect(ROOMS.map(({ folder }) => `${folder}/`).sort()).toEqual([...planted, ...others].sort())
  })
})

describe('an import along the arrows', () => {
  test.each([
    ['src/shared/figures/look.ts', `import { METRICS } from '../figure'`],
    ['src/shared/figures/look.ts', `import type { EChartsOption } from 'echarts'`],
    ['src/shared/experiment.ts', `import { z } from 'zod'`],
    ['src/engine/train.ts', `import { LabError } from '#shared/errors'`],
    ['src/engine/worker/main.ts', `import { parentPort } from 'node:worker_threads'; import { train } from '../train'`],
    ['src/main/lab/queue/queue.ts', `import { open } from 'node:fs/promises'; import { parseIdx } from '#engine/idx'`],
    ['src/main/served/server.ts', `import type { Lab } from '#lab/lab'; import { WebSocketServer } from 'ws'`],
    ['src/main/app/ipc.ts', `import { ipcMain } from 'electron'; import { isOwnPage } from './origin'`],
    ['src/main/index.ts', `import { startApp } from './app/start'; import { defaultWorkspace } from '#lab/place'`],
    ['src/preload/index.ts', `import { CALL_NAMES } from '#shared/ipc'; import { ipcRenderer } from 'electron'`],
    ['src/renderer/features/live/queue.ts', `import { ref } from 'vue'; import { rows } from './rows'`],
    ['src/renderer/features/live/queue.ts', `import { useRunsStore } from '../../stores/runs'`],
    ['src/cli/index.ts', `import { startServer } from '#served/server'; import { Command } from 'commander'`],
    ['test/anything.test.ts', `import { app } from 'electron'`],
  ])('passes in %s: %s', (file, code) => {
    expect(lint(file, code)).toEqual([])
  })
})

test.each([
  ['src/shared/run.ts', ['rooms/arrows', 'no-eval', 'no-new-func', '@typescript-eslint/no-explicit-any']],
  ['src/main/app/ipc.ts', ['rooms/arrows', '@typescript-eslint/no-floating-promises']],
  ['src/renderer/App.vue', ['rooms/arrows', 'vue/no-v-html', '@typescript-eslint/no-floating-promises']],
])('the configuration holds %s to the house rules', async (file, names) => {
  const config = (await new ESLint().calculateConfigForFile(file)) as { rules: Record<string, [number]> }
  for (const name of names) expect(config.rules[name]?.[0], name).toBe(2)
})
