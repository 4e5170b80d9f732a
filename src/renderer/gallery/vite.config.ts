import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `npx vite --config src/renderer/gallery/vite.config.ts`, then open /gallery/index.html. */
export default defineConfig({
  root: 'src/renderer',
  cacheDir: '../../node_modules/.vite-gallery',
  plugins: [react()],
  server: { port: 5199 },
})
