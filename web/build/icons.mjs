// Draws the icons for home screens and notifications out of our emblem: `make icons`. They are kept with the sources, so that building the pages needs no browser.
import { readFileSync, writeFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

const at = (path) => new URL(`../public/${path}`, import.meta.url)
const emblem = readFileSync(at('emblem.svg'), 'utf8')
const [, ground] = emblem.match(/<rect[^>]*fill="([^"]+)"/)
const mark = emblem.match(/<g .*<\/g>/s)[0]

const svg = (inside) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">${inside}</svg>`
/** The mark on a ground without corners: phones cut the shape by themselves. The outer tenth on each side may be cut off. */
const bleeding = svg(`<rect width="64" height="64" fill="${ground}"/><g transform="translate(32 32) scale(.86) translate(-32 -32)">${mark}</g>`)
/** Android takes the badge's shape alone, and colours it itself. */
const badge = svg(mark.replace(/stroke="#[0-9A-F]+"/i, 'stroke="#fff"').replace('stroke-width="3"', 'stroke-width="4"'))

const icons = { '192': [emblem, 192], '512': [emblem, 512], maskable: [bleeding, 512], 'apple-touch': [bleeding, 180], badge: [badge, 96] }

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
for (const [name, [drawing, size]] of Object.entries(icons)) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${drawing}`)
  writeFileSync(at(`icons/${name}.png`), await page.screenshot({ omitBackground: true }))
  await page.close()
}
await browser.close()
