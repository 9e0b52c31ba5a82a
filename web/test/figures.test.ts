import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const web = join(__dirname, '..')
const table = readFileSync(join(web, 'FIGURES.md'), 'utf8')
const rows = [...table.matchAll(/^\| ([\d.]+) \| [^|]+ \| `([^`]+)` \|/gm)].map((m) => ({ figure: m[1]!, page: m[2]! }))
const routes = new Set([...readFileSync(join(web, 'src/router.ts'), 'utf8').matchAll(/path: '([^']+)'/g)].map((m) => m[1]))

describe('the table of the manual’s figures', () => {
  it('names every figure once, in order', () => {
    const order = rows.map((r) => r.figure.split('.').map(Number))
    for (const [i, at] of order.entries()) {
      const before = order[i - 1]
      if (before) expect([rows[i]!.figure, after(at, before)]).toEqual([rows[i]!.figure, true])
    }
    expect(rows).toHaveLength(67)
  })
  it('leads to pages that are there', () => {
    for (const r of rows) expect([r.figure, r.page, routes.has(r.page)]).toEqual([r.figure, r.page, true])
  })
  it('shows pictures that are there', () => {
    const pictures = [...table.matchAll(/shots\/figures\/[\w-]+\.jpg/g)].map((m) => m[0])
    for (const p of pictures) expect([p, existsSync(join(web, p))]).toEqual([p, true])
    expect(new Set(pictures).size).toBeGreaterThan(40)
  })
})

function after(a: number[], b: number[]): boolean {
  for (const [i, n] of a.entries()) if (n !== (b[i] ?? -1)) return n > (b[i] ?? -1)
  return false
}
