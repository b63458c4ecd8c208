import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // two cores and long-lived engine workers inside some tests: two files at a time
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{shared,engine,main,cli,scripts,docs}/**/*.test.ts'],
          environment: 'node',
          globalSetup: ['test/setup/build-worker.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [vue()],
        test: {
          name: 'renderer',
          include: ['test/renderer/**/*.test.ts'],
          environment: 'happy-dom',
          setupFiles: ['test/renderer/setup.ts'],
          testTimeout: 30_000, // a whole screen is made in a test, perhaps while every core is busy
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          environment: 'node',
          fileParallelism: false, // one display, one window at a time
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
