// Opens the pages of a run, a network and studies in a browser, and looks at what a person would.
// Called by run.sh with the folder of results and a folder for pictures.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const { RESULTS, PICTURES, CHROMIUM } = process.env;
const pages = readdirSync(RESULTS).filter((name) => name.endsWith('.html')).sort();
assert.ok(pages.length >= 4, `pages of a run, a network and two studies, found ${pages}`);

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
});
after(() => browser?.close());

// A page that has told everything that went wrong in it, and everything it asked the network for.
const open = async (name, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const wrong = [];
  const address = pathToFileURL(join(RESULTS, name)).href;
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('request', (request) => {
    const url = request.url();
    if (url.split('#')[0] !== address && !url.startsWith('data:')) wrong.push(`asked for ${url}`);
  });
  await page.goto(address);
  return { page, wrong, picture: (what) => join(PICTURES, `${name.replace('.html', '')}-${what}.png`) };
};

// Figures are drawn when they come near.
const see = async (page) => {
  const figures = page.locator('.figure');
  for (let at = 0; at < (await figures.count()); at += 1) {
    const figure = figures.nth(at);
    await figure.scrollIntoViewIfNeeded();
    await figure.evaluate((article) => new Promise((done, fail) => {
      const began = Date.now();
      const look = () => {
        if (article.dataset.drawn) requestAnimationFrame(() => requestAnimationFrame(done));
        else if (Date.now() - began > 10_000) fail(new Error(`${article.id} is not drawn`));
        else setTimeout(look, 20);
      };
      look();
    }));
  }
  await page.evaluate(() => window.scrollTo(0, 0));
  return figures.count();
};

// How many different colours a chart shows, and a number that changes with any of its pixels.
const pixels = (chart) => chart.evaluate((box) => {
  const canvas = box.querySelector('canvas');
  // A copy, because the library's own canvas is not meant to be read.
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  // Small enough that a pixel more or less in the width of the frame does not count.
  const small = new OffscreenCanvas(48, 32).getContext('2d', { willReadFrequently: true });
  small.drawImage(canvas, 0, 0, 48, 32);
  const rough = [...small.getImageData(0, 0, 48, 32).data];
  const colours = new Set();
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 0) continue;
    colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    sum = (sum * 31 + data[at] * 7 + data[at + 1] * 3 + data[at + 2] + at) % 2147483647;
  }
  return { colours: colours.size, sum, rough };
});
// How far two looks of a chart are apart in the mean, of 255.
const apart = (one, other) => one.rough.reduce((sum, value, at) => sum + Math.abs(value - other.rough[at]), 0) / one.rough.length;
const settle = (page) => page.evaluate(() => new Promise((done) => setTimeout(done, 150)));

for (const name of pages) {
  test(`${name}: every chart is drawn, and nothing is asked for`, async () => {
    const { page, wrong, picture } = await open(name);
    assert.ok((await see(page)) > 0, 'there are figures');
    for (const chart of await page.locator('.chart').all()) {
      const { colours } = await pixels(chart);
      const label = await chart.getAttribute('aria-label');
      assert.ok(colours > 4, `${label} shows ${colours} colours`);
    }
    for (const figure of await page.locator('.figure').all()) {
      assert.ok(await figure.locator('details table').count(), 'it has a table');
    }
    await page.screenshot({ path: picture('desktop'), fullPage: true });
    assert.deepEqual(wrong, []);
    await page.context().close();
  });

  test(`${name}: the legend switches and the keyboard reads and zooms`, async () => {
    const { page, wrong } = await open(name);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
    await see(page);
    const button = page.locator('.legend button[data-name]').first();
    if (await button.count()) {
      const charts = page.locator('.figure:has(.legend)').first().locator('.chart');
      const look = async () => JSON.stringify(await Promise.all((await charts.all()).map(pixels)));
      await charts.first().scrollIntoViewIfNeeded();
      const all = await look();
      await button.focus();
      await page.keyboard.press('Enter');
      await settle(page);
      assert.equal(await button.getAttribute('aria-pressed'), 'false');
      assert.notEqual(await look(), all, 'a name that is switched off is gone');
      await button.press('Space');
      await settle(page);
      assert.equal(await look(), all, 'and comes back');
    }
    // Each kind of chart once: arrows tell a value, plus shows a part, 0 shows all again.
    const seen = new Set();
    for (const chart of await page.locator('.chart').all()) {
      const kind = (await chart.getAttribute('aria-label')).match(/, (an? [\w ]+)\. Arrow/)[1];
      if (seen.has(kind)) continue;
      seen.add(kind);
      await chart.scrollIntoViewIfNeeded();
      await chart.focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await settle(page);
      const read = await chart.locator('xpath=../p[@class="read"]').textContent();
      assert.match(read, /\d/, `${kind} reads “${read}”`);
      await page.keyboard.press('Escape');
      await settle(page);
      const all = await pixels(chart);
      if (await chart.locator('xpath=../div[@class="tools"]').count()) {
        await page.keyboard.press('+');
        await settle(page);
        assert.notEqual((await pixels(chart)).sum, all.sum, `${kind} zooms`);
        await page.keyboard.press('0');
        await settle(page);
        const again = apart(await pixels(chart), all);
        assert.ok(again < 1, `${kind} shows all again, but for ${again}`);
      }
    }
    assert.deepEqual(wrong, []);
    await page.context().close();
  });

  test(`${name}: the pointer reads values and drags a zoom`, async () => {
    const { page, wrong, picture } = await open(name);
    await see(page);
    const chart = page.locator('.panel:has(.tools) .chart').first();
    if (await chart.count()) {
      await chart.scrollIntoViewIfNeeded();
      const { x, y, width, height } = await chart.boundingBox();
      await page.mouse.move(x + width * 0.5, y + height * 0.5);
      await settle(page);
      assert.ok(await chart.locator('.tip').count(), 'a tooltip shows');
      await page.screenshot({ path: picture('hover') });
      await page.mouse.move(2, 2);
      await settle(page);
      const all = await pixels(chart);
      await page.mouse.move(x + width * 0.4, y + height * 0.4);
      await page.mouse.down();
      await page.mouse.move(x + width * 0.5, y + height * 0.5, { steps: 5 });
      await page.mouse.move(x + width * 0.7, y + height * 0.7, { steps: 5 });
      await page.mouse.up();
      await page.mouse.move(2, 2);
      await settle(page);
      await page.screenshot({ path: picture('zoomed') });
      assert.notEqual((await pixels(chart)).sum, all.sum, 'a drag zooms');
      await page.mouse.dblclick(x + width * 0.5, y + height * 0.5);
      await page.mouse.move(2, 2);
      await settle(page);
      const again = apart(await pixels(chart), all);
      assert.ok(again < 1, `a double click shows all again, but for ${again}`);
    }
    assert.deepEqual(wrong, []);
    await page.context().close();
  });

  test(`${name}: nothing is wider than a phone`, async () => {
    const { page, wrong, picture } = await open(name, { viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true });
    await see(page);
    const wide = await page.evaluate(() => {
      const over = document.scrollingElement.scrollWidth - window.innerWidth;
      // What scrolls within its own box may be wider than that.
      const inner = (one) => one.closest('.wide, pre, .still, .chart');
      const named = [...document.querySelectorAll('body *')].filter((one) => !inner(one) && one.getBoundingClientRect().right > window.innerWidth + 1);
      return { over, named: named.slice(0, 5).map((one) => one.outerHTML.slice(0, 120)) };
    });
    assert.deepEqual(wide, { over: 0, named: [] });
    await page.screenshot({ path: picture('phone'), fullPage: true });
    assert.deepEqual(wrong, []);
    await page.context().close();
  });

  test(`${name}: it is dark where the reader wants it dark`, async () => {
    const { page, wrong, picture } = await open(name, { colorScheme: 'dark' });
    await see(page);
    const look = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const chart = page.locator('.chart').first();
    const [paper, drawn] = [await look(), await pixels(chart)];
    await page.screenshot({ path: picture('dark'), fullPage: true });
    await page.emulateMedia({ colorScheme: 'light' });
    await settle(page);
    assert.notEqual(await look(), paper);
    assert.notEqual((await pixels(chart)).sum, drawn.sum, 'charts follow');
    assert.deepEqual(wrong, []);
    await page.context().close();
  });

  test(`${name}: static pictures are printed, and shown without scripts`, async () => {
    const { page, picture } = await open(name, { colorScheme: 'dark' });
    await see(page);
    await page.emulateMedia({ media: 'print' });
    const shown = (what) => page.locator(what).evaluateAll((all) => all.filter((one) => one.offsetHeight > 40).length);
    const count = await page.locator('.figure').count();
    assert.equal(await shown('.still'), count);
    assert.equal(await shown('.panels'), 0);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
    await page.pdf({ path: picture('print').replace('.png', '.pdf'), format: 'A4', margin: { top: '12mm', bottom: '12mm', left: '12mm', right: '12mm' } });
    await page.context().close();

    const plain = await open(name, { javaScriptEnabled: false });
    assert.equal(await plain.page.locator('.still').count(), count);
    assert.ok(await plain.page.locator('.still').first().isVisible());
    assert.ok(!(await plain.page.locator('.panels').first().isVisible()));
    await plain.page.context().close();
  });
}
