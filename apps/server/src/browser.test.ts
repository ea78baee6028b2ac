import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readStudyFolder, reportInput, writeReport } from '@myocast/report';
import { writeStudyFixture } from '@myocast/report/fixtures';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { startServer } from './start-server.ts';

const browserPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const site = fileURLToPath(new URL('../../web/dist/site/index.html', import.meta.url));
const absent = [
  ...(existsSync(browserPath) ? [] : [`no browser at ${browserPath} (set CHROMIUM_PATH)`]),
  ...(existsSync(site) ? [] : ['the web application is not built (npm run build)']),
];
if (absent.length > 0) process.stderr.write(`browser test skipped: ${absent.join('; ')}\n`);

const flags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe.skipIf(absent.length > 0)('the web application in a browser', () => {
  it('shows the patients, and one patient with curves, without an error or a request elsewhere', async () => {
    const studyFolder = await mkdtemp(join(tmpdir(), 'myocast-browser-'));
    await writeStudyFixture(studyFolder);
    const input = reportInput(await readStudyFolder(studyFolder), '0.1.0');
    if (!input.ok) throw new Error('the fixture gives no report');
    await writeReport(input.value, join(studyFolder, 'report', 'index.html'));
    const server = await startServer({ studyFolder, port: 0 });
    const browser = await chromium.launch({ executablePath: browserPath, args: flags });
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      const hosts = new Set<string>();
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (protocol !== 'data:') hosts.add(hostname);
      });

      await page.goto(server.url);
      await page.getByText('Research use only').waitFor();
      await page.locator('tbody tr').first().waitFor();
      expect(page.url()).not.toContain('token');
      expect(await page.locator('tbody tr').count()).toBe(24);
      const risks = await page.locator('tbody tr td:nth-child(10)').allInnerTexts();
      const numbers = risks.map((text) => Number.parseFloat(text));
      expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
      await page.getByRole('button', { name: 'Patient' }).click();
      expect(await page.locator('tbody tr').first().innerText()).toContain('V0001');

      await page.getByRole('link', { name: 'V0001' }).click();
      await page.getByRole('heading', { name: 'V0001' }).waitFor();
      const curves = page.locator('.incidence svg g[aria-label=line] path');
      await curves.first().waitFor();
      expect(await curves.count()).toBe(6);
      for (const curve of await curves.all()) {
        const box = await curve.boundingBox();
        expect(box!.width).toBeGreaterThan(200);
        expect(box!.height).toBeGreaterThan(2);
      }
      expect(await page.locator('.incidence svg g[aria-label=area] path').count()).toBe(1);
      expect(await page.locator('svg[role=img][aria-label^="Wall thickening"] path').count()).toBe(16);

      await page.getByRole('link', { name: 'Validation report' }).click();
      await page.locator('h2', { hasText: 'Model card' }).waitFor();
      expect(errors).toEqual([]);
      expect([...hosts]).toEqual(['127.0.0.1']);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
