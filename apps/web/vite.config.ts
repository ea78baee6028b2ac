import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

// The build goes beside the declarations that tsc writes; packages are taken from their sources.
export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['source', ...defaultClientConditions] },
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
});
