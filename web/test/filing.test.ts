import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FilingField, FilingKind, Ground, Party, Representative, Values } from '@/api/filings'
import { blocking, facts, fieldOf, fieldsOf, lacking, openAt, partiesOf, REVIEW, slotsOf, stepOf, type Known } from '@/filing/form'
import { merge, same } from '@/filing/merge'
import { faultOf, saidBy } from '@/filing/numbers'
import { settle } from '@/filing/people'
import { draftTitle } from '@/filing/words'

interface Data {
  fields: Record<string, Omit<FilingField, 'key'>>
  steps: Record<string, { name: { zh: string; en: string }; fields: string[] }>
  materials: Record<string, object>
  kinds: (Omit<FilingKind, 'steps' | 'materials'> & { steps: string[]; materials: string[] })[]
}
const none = { zh: '', en: '' }
const blank = { hint: none, required: false }

/** The kinds that come with the program, as the server gives them. */
const kinds: FilingKind[] = (() => {
  const data = JSON.parse(readFileSync(new URL('../../store/court/filing/kinds.json', import.meta.url), 'utf8')) as Data
  return data.kinds.map((k) => ({
    ...k,
    original_standing: !!k.original_standing,
    cause_of_original: !!k.cause_of_original,
    standings: k.standings.map((s) => ({ ...s, min: s.min ?? 0, kinds: s.kinds ?? ['person', 'organisation'], document: !!s.document })),
    steps: k.steps.map((key) => ({ key, name: data.steps[key]!.name, fields: data.steps[key]!.fields.map((f) => ({ ...blank, ...data.fields[f]!, key: f }) as FilingField) })),
    materials: k.materials.map((key) => ({ ...blank, ...data.materials[key]!, key }) as FilingKind['materials'][number]),
  }))
})()
const grounds: Ground[] = ['civ_no_evidence', 'civ_new_evidence', 'civ_forged', 'adm_new_evidence'].map((key, i) => ({ key, from_knowledge: i > 0, item: '', law: none, short: '', text: '' }))
const known: Known = { grounds, cause: { code: 'x21.1', level: 4, lowest: true, name: '诉××', blank: true } }

/** The same numbers in every run. */
function dice(seed: number) {
  const next = () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return { next, of: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!, chance: (p: number) => next() < p }
}
type Dice = ReturnType<typeof dice>

let count = 0
const newId = () => `id${++count}`
const party = (d: Dice, kind: FilingKind): Party => ({ id: newId(), standing: d.of(kind.standings).key, kind: d.of(['person', 'organisation']), name: d.of(['', '张伟', '示例公司']), ...(d.chance(0.3) ? { self: true } : {}) })
const agent = (d: Dice): Representative => ({ id: newId(), kind: d.of(['statutory', 'lawyer', 'relative']), name: d.of(['', '张伟', '陈静']), for: [], ...(d.chance(0.3) ? { self: true } : {}) })

/** A value that fits a field. */
function good(d: Dice, kind: FilingKind, f: FilingField): unknown {
  switch (f.type) {
    case 'select':
      return d.of(f.options!).key
    case 'multiselect':
      return [d.of(f.options!).key]
    case 'switch':
      return d.chance(0.5)
    case 'money':
      return 100
    case 'date':
      return '2026-01-20'
    case 'parties':
      return kind.standings.map((s) => ({ id: newId(), standing: s.key, kind: d.of(s.kinds), name: '张伟' }))
    case 'representatives':
      return d.chance(0.5) ? [] : [agent(d)]
    case 'grounds':
      return [d.of(grounds).key]
    case 'cause':
      return d.of(['x21.1', 'm26.1'])
    case 'materials':
      return []
    case 'service_address':
      return { recipient: '张伟' }
    case 'consents':
      return { filing: true }
  }
  return '字'
}
/** Anything at all, as an older form or a broken device may have left it. */
const junk = (d: Dice): unknown => d.of<unknown>([null, undefined, '', 0, -1, true, [], {}, [null], [1], ['x'], [{}], [{ id: 7 }], { a: [] }, '2026-13-99', { electronic: 'x' }, [[{}]], [{ slot: 'no', attachment: 3 }]])

describe('the form of a filing', () => {
  it('has no dead end: whatever was filled in, filling in what each step lacks leads to the end', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const d = dice(seed)
      const kind = d.of(kinds)
      const values: Values = {}
      for (const s of kind.steps) for (const f of s.fields) if (d.chance(0.5)) values[f.key] = d.chance(0.2) ? junk(d) : good(d, kind, f)
      const files = new Set<string>()
      const lacks = (s: FilingKind['steps'][number]) => lacking(s, kind, values, known, (slot) => files.has(slot))
      kind.steps.forEach((s, n) => {
        for (let tries = 0; lacks(s).length; tries++) {
          expect(tries, `${kind.key} ${s.key} ${lacks(s)}`).toBeLessThan(5)
          for (const path of lacks(s)) {
            const f = fieldsOf(s, kind, values, known).find((x) => path === x.key || path.startsWith(`${x.key}.`))
            expect(f, `${path} is asked for and doesn't stand there`).toBeDefined()
            if (f!.type === 'materials') files.add(path.slice(f!.key.length + 1))
            else values[f!.key] = good(d, kind, f!)
          }
        }
        for (const before of kind.steps.slice(0, n)) expect(lacks(before), `${s.key} asks again for ${before.key}`).toEqual([])
      })
      expect(kind.steps.at(-1)!.key).toBe(REVIEW)
    }
  })

  it('opens whatever was saved, at a step that it has', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const d = dice(seed)
      const kind = d.of(kinds)
      const values: Values = { gone: junk(d) }
      for (const s of kind.steps) for (const f of s.fields) values[f.key] = junk(d)
      for (const s of kind.steps) {
        fieldsOf(s, kind, values, known)
        lacking(s, kind, values, known, () => d.chance(0.5))
      }
      slotsOf(kind, values, known)
      draftTitle(kind, values)
      settle(kind, values, { name: '张伟', phone: '' }, newId)
      expect(kind.steps).toContain(openAt(kind, d.of(['', 'no_such_step', 'parties'])))
      expect(kind.steps.map((s) => s.key)).toContain(stepOf(kind, d.of(['', 'gone', 'parties[3].name', 'materials.identity', '[', 'kind'])))
    }
  })

  it('shows what belongs to a second instance only where there was one, and what lies behind it with it', () => {
    const kind = kinds.find((k) => k.key === 'civil_retrial')!
    const step = kind.steps.find((s) => s.key === 'second_instance')!
    const keys = (on: unknown) => fieldsOf(step, kind, { second_instance: on }, known).map((f) => f.key)
    expect(keys(true)).toContain('second_docket')
    for (const off of [false, undefined, 'true', 1]) expect(keys(off)).toEqual(['second_instance'])
    expect(slotsOf(kind, { second_instance: true }, known).map((s) => s.key)).toContain('second_decision')
    expect(slotsOf(kind, {}, known).map((s) => s.key)).not.toContain('second_decision')
    expect(slotsOf(kind, { parties: [{ id: 'a', standing: 'respondent', kind: 'organisation', name: '' }] }, known).map((s) => s.key)).not.toContain('licence')
    expect(slotsOf(kind, { parties: [{ id: 'a', standing: 'applicant', kind: 'organisation', name: '' }] }, known).map((s) => s.key)).toContain('licence')
    expect(fieldsOf(kind.steps.find((s) => s.key === 'grounds')!, kind, { grounds: ['civ_forged'] }, known).map((f) => f.key)).toContain('ground_known_on')
  })

  it('knows the fields and facts of every condition', () => {
    const whens = kinds.flatMap((k) => [...k.steps.flatMap((s) => s.fields), ...k.materials].flatMap((x) => (x.when ? [{ k, when: x.when }] : [])))
    for (const { k, when } of whens) expect(when.fact ? when.fact in facts : !!fieldOf(k, when.field!), JSON.stringify(when)).toBe(true)
    expect(whens.length).toBeGreaterThan(20)
  })

  it('lets nobody wait for what they can do nothing about', () => {
    const kind = kinds[0]!
    const values = { parties: [{ id: 'a', standing: 'applicant', kind: 'person', name: '张伟', self: true }, { id: 'b', standing: 'respondent', kind: 'person', name: '李四' }] }
    const problem = (path: string, code: string, warning = false) => ({ step: stepOf(kind, path), path, code, text: none, warning })
    const all = [problem('parties[0].id_number', 'required'), problem('parties[1].id_number', 'required'), problem('parties[0].id_number', 'id_checksum'), problem('materials.identity', 'material_missing'), problem('effective_on', 'maybe_late', true)]
    const left = (verified: boolean, way: boolean) => blocking(all, kind, values, verified, () => way).map((p) => `${p.path} ${p.code}`)
    expect(left(true, false)).toEqual(['parties[0].id_number required', 'parties[1].id_number required', 'parties[0].id_number id_checksum', 'materials.identity material_missing'])
    expect(left(false, true)).toEqual(['parties[1].id_number required', 'parties[0].id_number id_checksum'])
  })

  it('has exactly one who files, of the sort that was chosen, however often that changes', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const d = dice(seed)
      const kind = d.of(kinds)
      const values: Values = { parties: Array.from({ length: Math.floor(d.next() * 4) }, () => party(d, kind)), representatives: d.chance(0.5) ? [agent(d)] : [] }
      for (let i = 0; i < 3; i++) {
        values.capacity = d.of(['self', 'organisation', 'statutory', 'agent'])
        const names = [...partiesOf(kind, values)].map((p) => p.name)
        Object.assign(values, settle(kind, values, { name: '张伟', phone: '' }, newId))
        const parties = values.parties as Party[]
        const agents = values.representatives as Representative[]
        const selves = [...parties.filter((p) => p.self).map((p) => [kind.standings.find((s) => s.key === p.standing)?.side, p.kind].join()), ...agents.filter((r) => r.self).map((r) => (r.kind === 'statutory' ? 'statutory' : 'agent'))]
        expect(selves).toEqual([{ self: 'applicant,person', organisation: 'applicant,organisation', statutory: 'statutory', agent: 'agent' }[values.capacity as string]])
        for (const s of kind.standings) expect(parties.filter((p) => p.standing === s.key).length).toBeGreaterThanOrEqual(s.min)
        for (const n of names.filter(Boolean)) expect(parties.map((p) => p.name)).toContain(n)
        expect(settle(kind, values, { name: '张伟', phone: '' }, newId)).toEqual({})
      }
    }
  })
})

describe('a draft that two devices change', () => {
  /** Changes some of what stands there, as somebody at a phone does. */
  function change(d: Dice, values: Values): Values {
    const next = structuredClone(values)
    for (const key of ['claims', 'reasons', 'flag_ip']) if (d.chance(0.3)) next[key] = d.of<unknown>(['甲', '乙', true])
    if (d.chance(0.2)) delete next.claims
    const people = (next.parties ??= []) as Party[]
    if (d.chance(0.3)) people.push({ id: newId(), standing: 'respondent', kind: 'person', name: '新' })
    if (d.chance(0.4) && people[0]) people[0].address = d.of(['一号', '二号', '三号'])
    if (d.chance(0.2)) people.splice(Math.floor(d.next() * people.length), 1)
    const files = (next.materials ??= []) as { slot: string; attachment: string }[]
    if (d.chance(0.4)) files.push({ slot: 'identity', attachment: newId() })
    if (d.chance(0.2)) files.shift()
    return next
  }
  const start: Values = { claims: '原来', parties: [{ id: 'p1', standing: 'applicant', kind: 'person', name: '张伟' }, { id: 'p2', standing: 'respondent', kind: 'person', name: '李四' }], materials: [{ slot: 'identity', attachment: 'f1' }] }

  it('keeps what either side wrote, and asks where both wrote the same otherwise', () => {
    let clashes = 0
    for (let seed = 1; seed <= 500; seed++) {
      const d = dice(seed)
      const [mine, theirs] = [change(d, start), change(d, start)]
      const m = merge(start, mine, theirs)
      clashes += m.clashes.length
      for (const key of ['claims', 'reasons', 'flag_ip']) {
        const both = !same(mine[key], start[key]) && !same(theirs[key], start[key]) && !same(mine[key], theirs[key])
        expect(m.clashes.includes(key)).toBe(both)
        expect([mine[key], theirs[key]]).toContainEqual(m.values[key])
        if (!both) expect(m.values[key]).toEqual(same(mine[key], start[key]) ? theirs[key] : mine[key])
      }
      // New people and files of either side are there.
      for (const [key, name] of [['parties', 'id'], ['materials', 'attachment']] as const) {
        if (m.clashes.includes(key)) continue
        const of = (v: Values) => ((v[key] ?? []) as Record<string, string>[]).map((x) => x[name]!)
        const fresh = [...of(mine), ...of(theirs)].filter((x) => !of(start).includes(x))
        expect(of(m.values)).toEqual(expect.arrayContaining(fresh))
        expect(new Set(of(m.values)).size).toBe(of(m.values).length)
      }
      // What only they did is theirs, what only I did is mine; and the same on the other device.
      expect(merge(start, start, theirs).values).toEqual(theirs)
      expect(merge(start, mine, start)).toEqual({ values: mine, clashes: [], taken: [] })
      expect(merge(start, mine, mine).clashes).toEqual([])
      expect(merge(start, theirs, mine).clashes.sort()).toEqual(m.clashes.sort())
      if (!m.clashes.length) expect(merge(theirs, m.values, theirs).values).toEqual(m.values)
    }
    expect(clashes).toBeGreaterThan(25)
  })

  it('asks where both changed the same words of one person', () => {
    const at = (address: string): Values => ({ parties: [{ id: 'p1', name: '张伟', address }] })
    expect(merge(at(''), at('一号'), at('二号')).clashes).toEqual(['parties'])
    const one = merge(at(''), at('一号'), { parties: [{ id: 'p1', name: '张小伟', address: '' }] })
    expect([one.clashes, one.values]).toEqual([[], { parties: [{ id: 'p1', name: '张小伟', address: '一号' }] }])
  })
})

describe('numbers of documents, as they are typed', () => {
  it.each([
    ['resident_id', '110101190001010006', ''], ['resident_id', '11010119700101018x', ''], ['resident_id', '110101190001010015', 'checksum'], ['resident_id', '110101190013010010', 'birthdate'], ['resident_id', '11010119', 'format'],
    ['resident_id', '１１０１０１ 200002290026', ''], ['hmt_residence_permit', '810000199001010035', ''], ['hmt_residence_permit', '110101190001010006', 'format'], ['foreign_permanent_resident', '911840199001010018', ''],
    ['foreign_permanent_resident', '911840199001010010', 'checksum'], ['hk_id', 'A123456(3)', ''], ['hk_id', 'A123456(4)', 'checksum'], ['hk_id', 'AB987654(3)', ''], ['tw_id', 'A123456789', ''], ['tw_id', 'A123456788', 'checksum'], ['tw_id', 'A323456789', 'format'],
    ['uscc', '91110101MA0000007T', ''], ['uscc', '91110101ma0000007t', ''], ['uscc', '91110101MA0000007U', 'checksum'], ['uscc', '91110101MAI000007T', 'format'], ['uscc', '91110101MA00000018', 'org_code_checksum'], ['uscc', '121101010000000194', ''],
    ['org_code', '00000001-9', ''], ['org_code', 'MA000000-7', ''], ['org_code', '00000001-0', 'checksum'], ['cn_passport', 'whatever', ''], ['other', '', ''],
  ])('%s %s: %s', (kind, number, fault) => expect(faultOf(kind, number, new Date(2026, 10, 26))).toBe(fault))

  it('a citizen’s number says when its holder was born', () => {
    expect(saidBy('resident_id', '11010119700101018X')).toEqual({ gender: 'female', born_on: '1970-01-01' })
    expect([saidBy('resident_id', ''), saidBy('resident_id', '110101190001010015'), saidBy('uscc', '91110101MA0000007T')]).toEqual([undefined, undefined, undefined])
  })
})
