import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

// electron-vite derives its targets from the installed electron package; the oldest runtimes that we
// support are named here instead: Node 20.19 for the command line, Chromium 130 for the window.
const node = 'node20.18'
const chrome = 'chrome130'

export default defineConfig({
  main: {
    build: {
      target: node,
      sourcemap: true,
      rolldownOptions: {
        input: {
          index: resolve('src/main/index.ts'), // Electron's main process
          cli: resolve('src/cli/index.ts'), // the command line and the served door, plain Node
          worker: resolve('src/main/lab/engine/worker.ts'), // loaded by Piscina by its file name
          desk: resolve('src/main/lab/datasets/desk/desk-worker.ts'), // reads data in a thread, started by its file name
          engine: resolve('src/main/lab/engine/engine-process.ts'), // the engine's own process, started by its file name
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: node,
      // A sandboxed preload is a CommonJS script that can require nothing but electron: one file, no imports.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [vue(), tailwindcss()],
    build: {
      target: chrome,
      minify: true,
      assetsInlineLimit: 0, // the page's policy refuses fonts from data: addresses
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: resolve('src/renderer/index.html') },
    },
  },
})
