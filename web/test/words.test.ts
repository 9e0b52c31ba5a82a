import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatDocket } from '@/cases/docket'

const src = join(__dirname, '../src')

function flat(o: object, at = ''): Record<string, string> {
  return Object.entries(o).reduce((all, [k, v]) => ({ ...all, ...(typeof v === 'string' ? { [at + k]: v } : flat(v as object, `${at}${k}.`)) }), {})
}
function words(lang: string): Record<string, string> {
  const dir = join(src, 'i18n', lang)
  return readdirSync(dir).filter((f) => f.endsWith('.json')).reduce((all, f) => ({ ...all, ...flat(JSON.parse(readFileSync(join(dir, f), 'utf8')) as object) }), {})
}
function sources(dir: string): string[] {
  return readdirSync(dir).flatMap((f) => {
    const p = join(dir, f)
    return statSync(p).isDirectory() ? sources(p) : /\.(ts|vue)$/.test(f) ? [readFileSync(p, 'utf8')] : []
  })
}
const zh = words('zh')
const en = words('en')

describe('words', () => {
  it('stand in Chinese and in English alike', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
    for (const k of Object.keys(zh)) {
      expect([k, !!zh[k]!.trim() && !!en[k]!.trim()]).toEqual([k, true])
      const values = (s: string) => [...new Set(s.match(/\{\w+\}/g))].sort()
      expect([k, values(en[k]!)]).toEqual([k, values(zh[k]!)])
    }
  })

  it('exist for every key that the page names', () => {
    const used = sources(src).flatMap((s) => [...s.matchAll(/\bt\(\s*'([a-z_]+\.[a-z_]+)'/g)].map((m) => m[1]!))
    expect(used.length).toBeGreaterThan(200)
    expect([...new Set(used)].filter((k) => !(k in zh))).toEqual([])
  })

  // The first pages come with the words of first.json alone; the others are fetched with what the router names.
  it('come with the pages that show them', () => {
    const sections = (part: string) => Object.keys(JSON.parse(readFileSync(join(src, 'i18n/zh', `${part}.json`), 'utf8')) as object)
    const first = sections('first')
    for (const [folder, ...parts] of [['api'], ['home'], ['ui'], ['record'], ['outbox'], ['staff', 'staff'], ['room', 'room'], ['evidence', 'room', 'evidence'], ['viewer', 'evidence'],
      ['application', 'room', 'evidence', 'application'], ['signature', 'application'], ['agreement', 'room', 'evidence', 'agreement'], ['efile', 'room', 'evidence', 'agreement'], ['documents', 'room', 'evidence', 'documents', 'agreement'], ['identity', 'application', 'proof', 'review'], ['fees', 'room', 'tools', 'fees'], ['tools', 'evidence', 'application', 'tools'], ['courts', 'room', 'tools'], ['desk', 'room', 'evidence', 'application', 'documents', 'agreement', 'fees', 'desk']] as const) {
      const there = [...first, ...parts.flatMap(sections)]
      const used = sources(join(src, folder)).flatMap((s) => [...s.matchAll(/\bt\(\s*['`]([a-z]+)\./g)].map((m) => m[1]!))
      expect([folder, [...new Set(used)].filter((k) => !there.includes(k))]).toEqual([folder, []])
    }
    for (const [page, ...parts] of [['account/Mine', 'account', 'staff'], ['account/RestartSheet', 'account'], ['account/Help', 'help']] as const) {
      const there = [...first, ...parts.flatMap(sections)]
      const used = [...readFileSync(join(src, `${page}.vue`), 'utf8').matchAll(/\bt\(\s*['`]([a-z]+)\./g)].map((m) => m[1]!)
      expect([page, used.filter((k) => !there.includes(k))]).toEqual([page, []])
    }
    for (const page of ['account/SignIn', 'account/PhoneForm', 'account/StaffForm', 'account/DemoPeople', 'cases/CaseList', 'cases/CaseRow', 'cases/CaseTable']) {
      const used = [...readFileSync(join(src, `${page}.vue`), 'utf8').matchAll(/\bt\(\s*['`]([a-z]+)\./g)].map((m) => m[1]!)
      expect([page, used.filter((k) => !first.includes(k))]).toEqual([page, []])
    }
  })
})

describe('docket numbers', () => {
  it('are shown as courts print them', () => {
    expect(formatDocket('(2026)京01民终123号')).toBe('（2026）京01民终123号')
    expect(formatDocket('（2026）最高法民再 7 号')).toBe('（2026）最高法民再7号')
  })
})
