#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(main)) {
  process.stderr.write('myocast: not built yet; run "npm run build" in the repository first\n');
  process.exit(2);
}
await import(main.href);
