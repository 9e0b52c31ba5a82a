import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/api/errors'
import { evidence } from '@/api/evidence'
import { opinionBody, submissionBody } from '@/evidence/bodies'
import { missing } from '@/evidence/check'
import { Keeper } from '@/evidence/keeper'
import type { DraftExhibit, OpinionForm, Page, Parcel } from '@/evidence/parcel'
import { deletePersonDB, openPersonDB, type PersonDB } from '@/record/db'

const exhibit = (pages: string[] = []): DraftExhibit => ({ id: 'e1', name: ' 合同 ', kind: 'documentary', purpose: '证明', source: '', original_held: true, pages })
const parcel = (c: Partial<Parcel>): Parcel => ({ id: 'p1', case: 'c1', for: '', event: 'ev1', state: 'draft', revision: 0, savedAt: 0, changedAt: 0, dirty: false, ...c })
const page = (id: string, c: Partial<Page> = {}): Page => ({ id, parcel: 'p1', name: 'a.jpg', type: 'image/jpeg', size: 3, media: 'image', kind: 'image', ...c })
const opinion = (c: Partial<OpinionForm>): OpinionForm => ({
  exhibit: 'x1', objection: true, text: '', images: [],
  authenticity: { objection: true, text: '不是本人所签' }, legality: { objection: false, text: '写过又关上' }, relevance: { objection: true, text: '' }, ...c,
})

describe('what is sent', () => {
  it('names the pages in their order, with hash and turn, and nothing that was left empty', () => {
    const pages = new Map([page('1', { attachment: 'a1', sha256: 's1', turn: 90 }), page('2', { attachment: 'a2', sha256: 's2', turn: 0 })].map((p) => [p.id, p]))
    const body = submissionBody(parcel({ exhibits: [exhibit(['2', '1'])], late_reason: ' ' }), (id) => pages.get(id))
    expect(body).toEqual({
      event: 'ev1',
      exhibits: [{ name: '合同', kind: 'documentary', purpose: '证明', source: '', original_held: true, pages: [{ attachment: 'a2', sha256: 's2' }, { attachment: 'a1', sha256: 's1', turn: 90 }] }],
    })
  })
  it('is no objection in every aspect where the switch is off, whatever was chosen before', () => {
    const body = opinionBody(parcel({ opinion: opinion({ objection: false }) }), () => undefined)
    expect([body.authenticity, body.legality, body.relevance]).toEqual([{ objection: false }, { objection: false }, { objection: false }])
  })
  it('has the reason of an aspect only where there is an objection', () => {
    const body = opinionBody(parcel({ opinion: opinion({}) }), () => undefined)
    expect([body.authenticity, body.legality, body.relevance]).toEqual([{ objection: true, text: '不是本人所签' }, { objection: false }, { objection: true }])
  })
  it('waits until name, kind, purpose and a page are there', () => {
    const p = parcel({ exhibits: [{ ...exhibit(), name: ' ', kind: '', purpose: '' }] })
    expect(missing(p, () => undefined)).toHaveLength(4)
    expect(missing(parcel({ exhibits: [exhibit(['1'])] }), () => page('1'))).toEqual([])
  })
})

describe('the keeper', () => {
  let db: PersonDB
  const open: Keeper[] = []
  /** A page of a browser that is the only one, or that waits behind another (`alone` never comes). */
  function keeper(leads = false) {
    const k = new Keeper(db, { alone: (work) => void (leads && work()), tell: () => {}, hear: () => {}, close: () => {} })
    open.push(k)
    return k
  }
  beforeEach(async () => {
    db = await openPersonDB('person')
  })
  afterEach(async () => {
    for (const k of open.splice(0)) k.stop()
    vi.restoreAllMocks()
    db.close()
    await deletePersonDB('person')
  })

  it('has everything again after the page was closed: words, pages in their order, how they are turned, the bytes', async () => {
    const k = keeper()
    await k.start()
    const p = await k.create({ case: 'c1', for: '', exhibits: [exhibit()] })
    const [one, two] = [(await k.add(p.id, new Blob(['one'], { type: 'image/jpeg' }), '1.jpg'))!, (await k.add(p.id, new Blob(['two'], { type: 'application/pdf' }), '2.pdf'))!]
    await k.place(one, 'e1')
    await k.place(two, 'e1')
    await k.turnPage(one.id)
    await k.turnPage(one.id)

    const again = keeper()
    await again.start()
    expect(again.parcels.get(p.id)?.exhibits?.[0]).toMatchObject({ name: ' 合同 ', pages: [one.id, two.id] })
    expect(again.pages.get(one.id)?.turn).toBe(180)
    expect(await (await again.blob(two.id))?.text()).toBe('two')
  })

  it('keeps no page of an exhibit that was taken out while the page was being read', async () => {
    const k = keeper()
    await k.start()
    const p = await k.create({ case: 'c1', for: '', exhibits: [exhibit()] })
    const one = (await k.add(p.id, new Blob(['one'], { type: 'image/jpeg' }), '1.jpg'))!
    await k.change(p.id, { exhibits: [] })
    await k.place(one, 'e1')
    expect(await db.count('blobs')).toBe(0)
  })

  it('loses nothing that is written while it reads what other pages of the browser have kept', async () => {
    let changed = () => {}
    const k = new Keeper(db, { alone: () => {}, tell: () => {}, hear: (f) => (changed = f as () => void), close: () => {} })
    open.push(k)
    await k.start()
    const p = await k.create({ case: 'c1', for: '', exhibits: [exhibit()] })
    changed()
    void k.change(p.id, { late_reason: '刚写的' })
    const made = k.create({ case: 'c1', for: '', exhibits: [exhibit()] })
    changed()
    await new Promise((go) => setTimeout(go, 50))
    expect(k.parcels.get(p.id)?.late_reason).toBe('刚写的')
    expect(k.parcels.has((await made).id)).toBe(true)
  })

  it('lets two pages of one browser change the same draft: neither undoes what the other did, and one of them saves it', async () => {
    const pages: ((m: unknown) => void)[] = []
    const shared = (leads: boolean) => {
      let mine: (m: unknown) => void
      return { alone: (work: () => Promise<void>) => void (leads && work()), tell: (m: unknown) => pages.filter((p) => p !== mine).forEach((p) => setTimeout(() => p(m))), hear: (f: (m: unknown) => void) => void pages.push((mine = f)), close: () => {} }
    }
    let revision = 0
    const saved: string[] = []
    vi.spyOn(evidence, 'saveDraft').mockImplementation(async (_case, _id, body) => {
      if (body.revision !== revision) throw new ApiError({ code: 'draft_changed' }, 409)
      saved.push(body.late_reason ?? '')
      return { id: 'p', revision: ++revision, updated_at: 1, created_at: 1, exhibits: [], files: {} } as never
    })
    const [first, second] = [new Keeper(db, shared(true)), new Keeper(db, shared(false))]
    open.push(first, second)
    await first.start()
    await second.start()
    const { id } = await first.create({ case: 'c1', for: '', exhibits: [exhibit()] })
    await vi.waitFor(() => expect(second.parcels.has(id)).toBe(true))
    await Promise.all([second.change(id, { late_reason: '路上堵车' }), first.change(id, { for: 'party' })])
    await vi.waitFor(() => expect(saved.at(-1)).toBe('路上堵车'), 4000)
    await vi.waitFor(() => expect(second.parcels.get(id)).toMatchObject({ late_reason: '路上堵车', for: 'party', revision, dirty: false }), 4000)
    await second.change(id, { late_reason: '再改' })
    await vi.waitFor(() => expect(saved.at(-1)).toBe('再改'), 4000)
    expect(await db.get('parcels', id)).not.toHaveProperty('failed')
  })

  it('posts one act however often it is tried, and keeps what was written where the court refuses it', async () => {
    const tried: string[] = []
    vi.spyOn(evidence, 'opine').mockImplementation(async (_case, _exhibit, body) => {
      tried.push(body.event)
      throw tried.length === 1 ? new ApiError({ code: 'offline' }) : new ApiError({ code: 'exchange_closed' }, 409)
    })
    const k = keeper(true)
    await k.start()
    const p = await k.create({ case: 'c1', for: '', opinion: opinion({}) })
    await k.send(p.id)
    await vi.waitFor(() => expect(k.parcels.get(p.id)?.failed?.code).toBe('exchange_closed'), 5000)
    expect(new Set(tried)).toEqual(new Set([p.event]))
    expect(tried).toHaveLength(2)
    expect((await db.get('parcels', p.id))?.opinion?.authenticity.text).toBe('不是本人所签')
  })
})
