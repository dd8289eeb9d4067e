// Builds main (Electron's entry, the command line, the storage and search workers), preload and renderer into out/.
// One out/ runs in the current Electron, in Electron 33 and in Node 24, so every target is explicit.
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { methods } from './src/protocol/methods.ts'

const at = (path: string): string => resolve(import.meta.dirname, path)

export default defineConfig({
  main: {
    build: {
      target: 'node20.18',
      outDir: at('out/main'),
      rolldownOptions: {
        input: {
          index: at('src/main/index.ts'),
          cli: at('src/main/cli.ts'),
          // Loaded by path, as `storage-worker.js` beside the chunk that starts it.
          'storage-worker': at('src/main/storage-worker.ts'),
          'search-worker': at('src/main/storage/search/worker.ts'),
          'rollout-worker': at('src/main/rollouts/worker.ts'),
          'image-worker': at('src/main/tools/image/image-worker.ts'),
        },
        // bufferutil and utf-8-validate are optional companions of ws.
        external: ['better-sqlite3', 'electron', 'bufferutil', 'utf-8-validate'],
        // Flat, so that a path beside import.meta.url is the same in entries and chunks.
        output: { chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    define: { __SKEIN_METHODS__: JSON.stringify(Object.keys(methods)) },
    build: {
      target: 'node20.18',
      outDir: at('out/preload'),
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('src/preload/index.ts') },
        // A sandboxed preload script is one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [react()],
    build: {
      target: 'chrome130',
      outDir: at('out/renderer'),
      minify: true,
      // One file: the window loads it from disk or from this machine.
      chunkSizeWarningLimit: 2_000,
      rolldownOptions: { input: at('src/renderer/index.html') },
    },
  },
})
