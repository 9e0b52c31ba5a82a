import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const web = join(__dirname, '..')
/** Width and height, as a PNG says in its head. */
function size(path: string): string {
  const png = readFileSync(join(web, 'public', path))
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`
}

describe('the icons', () => {
  it('that the manifest names are there, as large as it says, for phones that take no SVG and those that cut the shape', () => {
    const { icons } = JSON.parse(readFileSync(join(web, 'public/manifest.webmanifest'), 'utf8')) as { icons: { src: string; sizes: string; type: string; purpose: string }[] }
    const png = icons.filter((i) => i.type === 'image/png')
    for (const i of png) expect([i.src, size(i.src)]).toEqual([i.src, i.sizes])
    expect(png.map((i) => `${i.purpose} ${i.sizes}`)).toEqual(['any 192x192', 'any 512x512', 'maskable 512x512'])
  })

  it('of home screens and notifications are there', () => {
    const [, home] = /rel="apple-touch-icon" href="([^"]+)"/.exec(readFileSync(join(web, 'index.html'), 'utf8'))!
    expect(size(home!)).toBe('180x180')
    const told = readFileSync(join(web, 'public/push.js'), 'utf8')
    expect(size(/icon: '([^']+)'/.exec(told)![1]!)).toBe('192x192')
    expect(size(/badge: '([^']+)'/.exec(told)![1]!)).toBe('96x96')
  })
})
